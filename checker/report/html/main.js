// The list of all results, and which of them is shown: the address ends in #STORY.STEP.

class ResultsView {
  constructor() {
    this.body = make('tbody', {});
    this.filter = make('input', {type: 'search', placeholder: 'search results', 'aria-label': 'Search the results', oninput: () => this.fill()});
    this.only = make('button', {type: 'button', 'aria-pressed': 'false', onclick: () => {
      this.only.setAttribute('aria-pressed', String(this.only.getAttribute('aria-pressed') === 'false'));
      this.fill();
    }}, 'only what was not expected');
    this.count = make('span', {class: 'faint', 'aria-live': 'polite'});
    this.element = make('section', {}, make('h1', {style: 'font-size: 1.17rem'}, report.totals), make('div', {class: 'tools'}, this.filter, this.only, this.count),
      make('table', {class: 'results'}, make('thead', {}, make('tr', {}, ...['Verdict', 'Program', 'How', 'Looked at', 'What is wrong'].map(words => make('th', {scope: 'col'}, words)))), this.body));
    this.fill();
  }

  fill() {
    const wanted = this.filter.value.trim().toLowerCase(), wrong = this.only.getAttribute('aria-pressed') === 'true';
    const rows = report.results.filter(r => (!wrong || !r.met) && (!wanted || (r.name + ' ' + r.verdict + ' ' + r.reason + ' ' + r.how).toLowerCase().includes(wanted)));
    this.count.textContent = rows.length === report.results.length ? '' : `${rows.length} of ${report.results.length}`;
    this.body.replaceChildren(...rows.map(r => this.row(r)));
  }

  row(r) {
    const title = r.pattern === 'main' ? shortPath(r.file) : r.pattern;
    const name = [r.stories.length ? make('a', {href: `#${r.stories[0] + 1}`}, title) : title, r.pattern !== 'main' && make('span', {class: 'faint file', title: r.file}, shortPath(r.file))];
    const more = r.stories.slice(1).map((s, k) => [' ', make('a', {href: `#${s + 1}`}, `finding ${k + 2}`)]).flat();
    return make('tr', {class: r.met ? '' : 'wrong'}, make('td', {}, make('span', {class: 'badge ' + r.tone}, r.verdict), ' ', make('span', {class: 'faint'}, r.expectation)), make('td', {class: 'program'}, ...name, ...more),
      make('td', {}, r.how), make('td', {class: 'number'}, r.amount), make('td', {class: 'sentence'}, ...withCode(r.reason), r.diagnostics && make('details', {}, make('summary', {}, 'the compiler'), make('pre', {class: 'block'}, r.diagnostics)),
        r.next && make('p', {class: 'faint', style: 'margin: 2px 0 0'}, 'Next: ', make('code', {}, r.next))));
  }
}

const page = {
  main: document.getElementById('main'),
  crumbs: document.getElementById('crumbs'),
  view: null,
  results: null,
  stories: new Map(),

  alone() { return report.stories.length === 1 && report.results.length === 1; },

  /// What the address says.
  open() {
    const [, story, step] = /^#(\d+)(?:\.(\d+))?$/.exec(location.hash) || [];
    const index = story ? Number(story) - 1 : this.alone() ? 0 : -1;
    if (index < 0 || index >= report.stories.length) return this.show(this.results = this.results || new ResultsView(), null);
    if (!this.stories.has(index)) this.stories.set(index, new StoryView(report.stories[index], index));
    const view = this.stories.get(index);
    if (step) view.at = Math.min(Math.max(Number(step) - 1, 0), Math.max(view.story.steps.length - 1, 0));
    this.show(view, report.stories[index]);
  },

  show(view, story) {
    this.view = view;
    this.main.replaceChildren(view.element);
    document.title = story ? `${story.kind}: ${story.where} – heddle` : 'heddle ' + report.command;
    this.crumbs.replaceChildren(...(story && !this.alone() ? [make('a', {href: '#'}, 'all results'), ' › ' + story.where] : []));
    if (view.started) view.started();
    window.scrollTo(0, 0);
  },
};

function isTyped(target) { return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement; }

document.getElementById('command').textContent = report.command;
document.getElementById('theme').addEventListener('click', () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
});
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyped(event.target) || !page.view || !page.view.key) return;
  page.view.key(event);
});
window.addEventListener('hashchange', () => page.open());
let resizing = 0;
window.addEventListener('resize', () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => { if (page.view && page.view.diagram) page.view.diagram.draw(); }, 80);
});
page.open();

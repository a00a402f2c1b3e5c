// The space-time diagram: time goes down, each thread has a lane. A row is a step or a fold; rows are HTML (they can be read, selected
// and searched), lanes, bars and arrows are an SVG beneath them.

const linkWords = {
  'reads-from': 'reads from', 'synchronises': 'synchronises with', 'hands-over': 'gets the lock after', 'wakes': 'is woken by',
  'meets': 'meets', 'creates': 'created by', 'joins': 'waits for the end after', 'conflicts': 'conflicts with',
};

class Diagram {
  /// @param chosen called with the index of the step that the reader goes to
  constructor(story, chosen) {
    this.story = story;
    this.chosen = chosen;
    this.zoom = 1;
    this.current = -1;
    this.open = new Set(); // first steps of unfolded folds
    this.found = new Set();
    this.objects = [];
    this.locks = new Set(story.spans.filter(span => span[0] !== 'waits').map(span => span[4]));
    this.present = story.threads.filter(t => story.steps.some(s => s.t === t.id));
    this.lanes = make('div', {class: 'lanes', 'aria-hidden': 'true'});
    this.canvas = make('div', {class: 'canvas'});
    this.steps = make('div', {class: 'steps', id: 'steps', role: 'listbox', tabindex: '0', 'aria-label': 'Steps, in an order in which they happen'});
    this.element = make('div', {class: 'diagram'}, this.lanes, this.canvas, this.legend());
    this.steps.addEventListener('click', event => this.clicked(event));
    this.byStep = story.steps.map(() => []);
    for (const link of story.links) {
      this.byStep[link[0]].push(link);
      this.byStep[link[1]].push(link);
    }
  }

  legend() {
    const kinds = new Set(this.story.links.map(l => l[2]));
    const mark = (colour, words, dashed) => make('span', {}, make('i', {style: `border-color: var(--${colour});${dashed ? 'border-top-style: dashed' : ''}`}), words);
    const has = (...names) => names.some(n => kinds.has(n));
    return make('div', {class: 'legend', 'aria-hidden': 'true'},
      has('reads-from') && mark('rf', 'reads from'), has('synchronises', 'hands-over', 'wakes', 'meets') && mark('sync', 'synchronises with'),
      has('creates', 'joins') && mark('order', 'creates, joins', true), has('conflicts') && mark('conflict', 'nothing orders the two', true),
      this.story.spans.some(s => s[0] !== 'waits') && make('span', {}, make('i', {class: 'bar-mark'}), 'holds a lock'),
      this.story.spans.some(s => s[0] === 'waits') && make('span', {}, make('i', {class: 'bar-mark', style: 'background: repeating-linear-gradient(45deg, var(--bad) 0 2px, transparent 2px 4px)'}), 'waits'),
      this.story.steps.some(s => s.stale) && make('span', {}, make('i', {style: 'border-top-style: dashed; border-color: var(--stale)'}), 'a stale value was read'));
  }

  // ---- what is where

  layOut() {
    this.rows = [];
    this.rowOf = [];
    const folds = new Map(this.story.folds.map(f => [f[0], f]));
    for (let i = 0; i < this.story.steps.length;) {
      const fold = folds.get(i);
      if (fold) {
        const closed = !this.open.has(i);
        for (let k = i; closed && k < i + fold[1]; ++k) this.rowOf[k] = this.rows.length;
        this.rows.push({fold, closed});
        if (closed) { i += fold[1]; continue; }
        for (let k = i; k < i + fold[1]; ++k) this.addStep(k);
        i += fold[1];
      } else this.addStep(i++);
    }
    const width = Math.max(this.element.clientWidth || 700, 320);
    this.height = Math.round(22 * this.zoom);
    this.font = 12.5 * this.zoom;
    this.letter = this.font * 0.605;
    this.gutter = Math.round((String(this.story.steps.length).length + 2) * this.letter) + 26;
    const texts = this.rows.map(row => row.fold ? 30 : Math.min(this.wordsOf(row.step).length, 60));
    const room = Math.min(Math.max(...texts, 10) * this.letter + 24, width * 0.5);
    const n = Math.max(this.present.length, 1);
    this.lane = Math.round(Math.min(Math.max((width - this.gutter - room) / Math.max(n - 1, 1), 44 * this.zoom), 180 * this.zoom));
    this.laneOf = new Map(this.present.map((t, k) => [t.id, this.gutter + k * this.lane]));
    const ends = this.rows.map(row => row.fold ? 0 : this.x(row.step) + Math.min(this.wordsOf(row.step).length, 90) * this.letter);
    this.width = Math.max(width - 2, ends.reduce((a, b) => Math.max(a, b), this.gutter + (n - 1) * this.lane) + 24);
  }

  addStep(i) {
    this.rowOf[i] = this.rows.length;
    this.rows.push({step: i});
  }

  x(step) { return this.laneOf.get(this.story.steps[step].t); }
  y(step) { return (this.rowOf[step] + 0.5) * this.height; }

  wordsOf(i) {
    const s = this.story.steps[i];
    return [s.head, ...s.details, s.note].filter(Boolean).join(' ');
  }

  // ---- drawing

  draw() {
    this.layOut();
    const total = this.rows.length * this.height;
    this.lanes.style.width = this.canvas.style.width = this.width + 'px';
    this.canvas.style.height = total + 'px';
    this.lanes.replaceChildren(...this.present.map((t, k) => {
      const room = k + 1 < this.present.length ? this.lane - 8 : this.width - this.laneOf.get(t.id);
      return make('span', {style: `${threadColour(t.id)}; left: ${this.laneOf.get(t.id) - 6}px; max-width: ${room}px; font-size: ${Math.min(13, 12 * this.zoom + 1)}px`, title: t.label}, room < 80 ? 'T' + t.id : t.label);
    }));
    this.steps.innerHTML = this.rows.map((row, at) => row.fold ? this.foldRow(row, at) : this.stepRow(row.step, at)).join('');
    this.canvas.innerHTML = this.svg(total);
    this.canvas.append(this.steps);
    this.band = this.canvas.querySelector('.band');
    this.mark(this.current);
  }

  stepRow(i, at) {
    const s = this.story.steps[i];
    const x = this.laneOf.get(s.t);
    const most = Math.max(Math.floor((this.width - x - 24) / this.letter), 12);
    let rest = s.details.map(d => d.startsWith('stale') ? `<span class="staleness">${escaped(d)}</span>` : escaped(d)).join(', ');
    rest = (rest ? ` <span class="more">${rest}</span>` : '') + (s.note && s.note !== 'races' ? ` <span class="more">${escaped(shortened(s.note, 70))}</span>` : '');
    if (s.note === 'races') rest += ' <b>races</b>';
    const kinds = ['row', s.marked && 'marked', s.stale && 'stale', this.found.has(i) && 'found'].filter(Boolean).join(' ');
    return `<div class="${kinds}" role="option" id="s${i}" data-step="${i}" aria-selected="false" style="top:${at * this.height}px;height:${this.height}px;line-height:${this.height}px;font-size:${this.font}px">` +
      `<span class="number" style="width:${this.gutter - 34}px">${i + 1}</span><span class="words" style="left:${x + 9}px" title="${escaped(this.wordsOf(i))}">${this.lockMark(s)}<b>${escaped(shortened(s.head, most))}</b>${rest}</span></div>`;
  }

  /// The colour of the bar beside the lane.
  lockMark(s) {
    return this.locks.has(s.object) && /lock/.test(s.op) ? `<i class="lock" style="${objectColour(this.objects, s.object)}"></i>` : '';
  }

  foldRow(row, at) {
    const [first, count, words] = row.fold;
    const threads = new Set(this.story.steps.slice(first, first + count).map(s => s.t));
    const x = threads.size === 1 ? this.laneOf.get([...threads][0]) : this.gutter;
    return `<div class="row fold" role="option" aria-selected="false" data-fold="${first}" aria-label="${escaped((row.closed ? 'Folded: ' : 'Unfolded: ') + words)}" style="top:${at * this.height}px;height:${this.height}px;font-size:${this.font * 0.94}px">` +
      `<span class="words" style="left:${x + 9}px" title="${row.closed ? 'unfold' : 'fold'}">${row.closed ? '▸' : '▾'} ${escaped(words)}</span></div>`;
  }

  spoken(i) {
    const s = this.story.steps[i];
    const links = this.byStep[i].filter(l => l[1] === i).map(l => `${linkWords[l[2]]} step ${l[0] + 1}`);
    return [`Step ${i + 1}, ${this.story.labels[s.t]}: ${this.wordsOf(i)}`, s.place && 'at ' + placeText(s.place), ...links, s.marked && 'part of the violation'].filter(Boolean).join('; ');
  }

  svg(total) {
    const parts = [`<svg width="${this.width}" height="${total}" aria-hidden="true"><defs>`];
    for (const [kind, colour] of [['rf', 'rf'], ['sync', 'sync'], ['order', 'order'], ['conflict', 'conflict']])
      parts.push(`<marker id="head-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto-start-reverse"><path d="M0 0.6 L8 4 L0 7.4 z" fill="var(--${colour})"/></marker>`);
    parts.push('<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="5" fill="var(--bad)"/></pattern></defs>');
    parts.push(`<rect class="band" x="0" y="-99" width="${this.width}" height="${this.height}" fill="var(--current)"/>`);
    for (const thread of this.present) parts.push(this.lifeline(thread.id));
    for (const span of this.story.spans) parts.push(this.spanBar(span));
    for (const link of this.story.links) parts.push(this.arrow(link));
    this.story.steps.forEach((s, i) => {
      if (this.rows[this.rowOf[i]].fold) return;
      const radius = (s.marked ? 5.5 : 4) * this.zoom;
      parts.push(`<circle class="dot${s.marked ? ' marked' : s.stale ? ' stale' : ''}" style="${threadColour(s.t)}" cx="${this.x(i)}" cy="${this.y(i)}" r="${radius}"/>`);
    });
    parts.push('</svg>');
    return parts.join('');
  }

  lifeline(id) {
    const own = this.story.steps.map((s, i) => s.t === id ? i : -1).filter(i => i >= 0);
    return `<line class="life" style="${threadColour(id)}" x1="${this.laneOf.get(id)}" x2="${this.laneOf.get(id)}" y1="${this.y(own[0])}" y2="${this.y(own[own.length - 1])}"/>`;
  }

  spanBar([kind, thread, from, to, object]) {
    if (!this.laneOf.has(thread)) return '';
    const ended = to < this.story.steps.length;
    if (ended && this.rowOf[from] === this.rowOf[to]) return '';
    const y1 = this.y(from), y2 = ended ? this.y(to) : this.rows.length * this.height - 2;
    const outer = this.story.spans.filter(s => s[1] === thread && s[0] !== 'waits' && s[2] < from && s[3] > from).length;
    const x = this.laneOf.get(thread) - (kind === 'waits' ? 3 : 9 + 5 * Math.min(outer, 3)) * this.zoom;
    return `<rect class="${kind}" style="${objectColour(this.objects, object)}" x="${x}" y="${y1}" width="${(kind === 'waits' ? 6 : 4) * this.zoom}" height="${Math.max(y2 - y1, 3)}" rx="2"><title>${escaped(`T${thread} ${kind} ${object}`)}</title></rect>`;
  }

  /// Words stand at the right of a step: so an arrow to the right goes down its own lane and then along the row of its target; one to the
  /// left goes along its own row first.
  arrow([from, to, kind]) {
    if (this.rowOf[from] === this.rowOf[to]) return '';
    const [x1, y1, x2, y2] = [this.x(from), this.y(from), this.x(to), this.y(to)];
    const head = kind === 'reads-from' ? 'rf' : kind === 'creates' || kind === 'joins' ? 'order' : kind === 'conflicts' ? 'conflict' : 'sync';
    const own = x1 === x2, beside = 4 * this.zoom, gap = 6 * this.zoom;
    const turn = Math.min(7 * this.zoom, Math.abs(y2 - y1) / 2);
    let path;
    if (own) {
      const bow = Math.min(14 + Math.abs(y2 - y1) * 0.12, 34);
      path = `M${x1} ${y1} C${x1 - bow} ${y1} ${x2 - bow} ${y2} ${x2 - gap} ${y2}`;
    } else if (x2 > x1) path = `M${x1 + beside} ${y1 + beside} V${y2 - turn} Q${x1 + beside} ${y2} ${x1 + beside + turn} ${y2} H${x2 - gap}`;
    else path = `M${x1 - gap} ${y1} H${x2 + beside + turn} Q${x2 + beside} ${y1} ${x2 + beside} ${y1 + turn} V${y2 - gap}`;
    const hidden = own || this.rows[this.rowOf[from]].fold || this.rows[this.rowOf[to]].fold ? ' own' : '';
    const stale = this.story.steps[to].stale && (kind === 'reads-from' || kind === 'synchronises') ? ' late' : '';
    return `<path class="link ${kind}${hidden}${stale}" data-from="${from}" data-to="${to}" d="${path}" marker-end="url(#head-${head})"${kind === 'conflicts' ? ` marker-start="url(#head-${head})"` : ''}/>`;
  }

  // ---- where the reader is

  mark(step) {
    for (const old of this.canvas.querySelectorAll('.current, .near')) old.classList.remove('current', 'near'), old.setAttribute('aria-selected', 'false');
    this.current = step;
    if (step < 0 || this.rowOf[step] === undefined) return;
    const row = this.steps.children[this.rowOf[step]];
    row.classList.add('current');
    row.setAttribute('aria-selected', 'true');
    if (row.id) row.setAttribute('aria-label', this.spoken(step));
    if (row.id) this.steps.setAttribute('aria-activedescendant', row.id);
    this.band.setAttribute('y', this.rowOf[step] * this.height);
    for (const path of this.canvas.querySelectorAll(`[data-from="${step}"], [data-to="${step}"]`)) path.classList.add('near');
  }

  go(step) {
    const row = this.rows[this.rowOf[step]];
    if (row.fold && row.closed) {
      this.open.add(row.fold[0]);
      this.current = step;
      this.draw();
    } else this.mark(step);
    this.show(step);
  }

  show(step) {
    const box = this.element, top = this.rowOf[step] * this.height, head = this.lanes.offsetHeight;
    const visible = box.clientHeight - head - 30;
    if (top < box.scrollTop + this.height) box.scrollTop = top - Math.min(visible / 3, 4 * this.height);
    else if (top + this.height > box.scrollTop + visible) box.scrollTop = top - visible + 3 * this.height;
    const seen = box.getBoundingClientRect().top + head + top - box.scrollTop;
    if (seen < 0 || seen + this.height > window.innerHeight) box.closest('article').querySelector('.bar').scrollIntoView({block: 'start'});
    const x = this.x(step);
    if (x < box.scrollLeft + this.gutter) box.scrollLeft = x - this.gutter;
    else if (x + 220 > box.scrollLeft + box.clientWidth) box.scrollLeft = x + 240 - box.clientWidth;
  }

  clicked(event) {
    const row = event.target.closest('.row');
    if (!row) return;
    if (row.dataset.fold !== undefined) return this.toggle(Number(row.dataset.fold));
    this.chosen(Number(row.dataset.step));
  }

  toggle(first) {
    if (!this.open.delete(first)) this.open.add(first);
    this.draw();
  }

  foldAll(closed) {
    this.open = new Set(closed ? [] : this.story.folds.map(f => f[0]));
    this.draw();
  }

  visible(step) { return !this.rows[this.rowOf[step]].fold; }
}

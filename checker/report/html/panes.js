// What stands beside the diagram and follows the step that the reader is at.

/// The source: the line of the step, and where each other thread has come to.
class SourcePane {
  constructor(story) {
    this.story = story;
    this.title = make('h2', {}, 'Source');
    this.inside = make('div', {class: 'inside', tabindex: '0', 'aria-label': 'Source code'});
    this.element = make('section', {class: 'pane source'}, this.title, this.inside);
    this.shown = -1;
    this.lines = new Map();
    this.element.style.setProperty('--who', `${Math.min(story.threads.length, 5) * 3 + 1}ch`);
  }

  show(source) {
    if (source === this.shown) return;
    this.shown = source;
    this.lines = new Map();
    const file = report.sources[source];
    const list = make('ol', {});
    for (const chunk of file.chunks) {
      if (chunk.first > 1 || list.children.length) list.append(make('li', {class: 'gap'}, '⋯'));
      chunk.lines.forEach((text, k) => {
        const item = make('li', {}, make('span', {class: 'line'}, String(chunk.first + k)), make('span', {class: 'who'}), make('span', {class: 'text'}, text || ' '));
        item.dataset.text = text;
        this.lines.set(chunk.first + k, item);
        list.append(item);
      });
    }
    this.inside.replaceChildren(list);
  }

  /// @param last each thread's last step so far
  follow(at, last) {
    const place = this.story.steps[at].place;
    const source = place ? place.source : -1;
    if (source >= 0) this.show(source);
    for (const item of this.lines.values()) {
      item.className = '';
      item.style.cssText = '';
      item.children[1].replaceChildren();
      if (item.marked) item.children[2].textContent = item.dataset.text || ' ', item.marked = false;
    }
    this.title.textContent = this.shown < 0 ? 'Source' : shortPath(report.sources[this.shown].shown);
    this.title.title = this.shown < 0 ? '' : report.sources[this.shown].shown;
    for (const [thread, step] of last) {
      const other = this.story.steps[step].place;
      const item = other && other.source === this.shown && this.lines.get(other.line);
      if (!item) continue;
      item.children[1].append(make('b', {style: threadColour(thread), title: this.story.labels[thread]}, (item.children[1].children.length ? ' ' : '') + 'T' + thread));
      if (step !== at) item.classList.add('there'), item.style.cssText = threadColour(thread);
    }
    const here = source >= 0 && this.lines.get(place.line);
    if (!here) return;
    here.className = 'here';
    here.setAttribute('aria-current', 'step');
    this.underline(here, place.column);
    const top = here.offsetTop, box = this.inside;
    if (top < box.scrollTop + 30 || top + 50 > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2.6;
  }

  underline(item, column) {
    const text = item.dataset.text;
    if (!column || column > text.length || text[column - 1] === ' ') return;
    // A call's column is its bracket: its name stands before it.
    const before = /\w$/.test(text.slice(0, column - 1)) && !/\w/.test(text[column - 1]) ? /\w+$/.exec(text.slice(0, column - 1))[0].length : 0;
    const begin = column - 1 - before, word = /^(\w+|.)/.exec(text.slice(begin));
    if (!word) return;
    item.marked = true;
    item.children[2].replaceChildren(text.slice(0, begin), make('mark', {}, word[0]), text.slice(begin + word[0].length));
  }
}

/// What happens now, in words.
class NowPane {
  constructor(story, go) {
    this.story = story;
    this.go = go;
    this.title = make('h2', {}, 'Step');
    this.inside = make('div', {class: 'inside', 'aria-live': 'polite'});
    this.element = make('section', {class: 'pane now'}, this.title, this.inside);
  }

  follow(at, diagram) {
    const s = this.story.steps[at];
    this.title.textContent = `Step ${at + 1} of ${this.story.steps.length}`;
    const to = n => make('button', {type: 'button', onclick: () => this.go(n)}, `#${n + 1}`);
    const lines = [make('p', {}, make('span', {class: 'thread', style: threadColour(s.t)}, this.story.labels[s.t]), ' ', make('code', {}, s.head), ' ', make('span', {class: 'faint'}, s.details.join(', ')))];
    if (s.note) lines.push(make('p', {}, ...withCode(s.note)));
    if (s.call) lines.push(make('p', {class: 'faint'}, `inside ${s.call}`));
    for (const [from, target, kind] of diagram.byStep[at])
      lines.push(target === at ? make('p', {}, linkWords[kind] + ' ', to(from), ` ${this.story.labels[this.story.steps[from].t]}: ${this.story.steps[from].head}`)
        : make('p', {class: 'faint'}, `then ${linkWords[kind]} it: `, to(target), ` ${this.story.labels[this.story.steps[target].t]}`));
    this.inside.replaceChildren(...lines);
  }
}

/// What memory holds, and who holds or waits for what.
class ValuesPane {
  constructor(story) {
    this.story = story;
    this.inside = make('div', {class: 'inside', tabindex: '0', 'aria-label': 'Values'});
    this.element = make('section', {class: 'pane values'}, make('h2', {}, 'Values and locks'), this.inside);
    this.subjects = new Set(story.steps.filter(s => s.marked && s.object).map(s => s.object));
  }

  follow(at) {
    const known = new Map(); // object: value, step
    for (let i = 0; i <= at; ++i) {
      const s = this.story.steps[i];
      if (!s.object || s.value === undefined || !(s.writes || s.reads)) continue;
      if (s.writes || !known.has(s.object)) known.set(s.object, {value: s.value, step: s.writes ? i : -1, seen: i});
    }
    const rows = [];
    const state = this.story.steps[at].state || [];
    const before = at > 0 ? new Map(this.story.steps[at - 1].state || []) : new Map();
    for (const [name, value] of state)
      rows.push(make('tr', {class: 'subject' + (before.get(name) !== value ? ' changed' : '')}, make('td', {}, make('code', {}, name)), make('td', {}, make('code', {}, value)), make('td', {class: 'faint'}, 'of the invariant')));
    const order = [...known].sort((a, b) => this.subjects.has(b[0]) - this.subjects.has(a[0]) || b[1].seen - a[1].seen);
    for (const [name, {value, step, seen}] of order)
      rows.push(make('tr', {class: [this.subjects.has(name) && 'subject', step === at && 'changed'].filter(Boolean).join(' ')}, make('td', {}, make('code', {}, name)), make('td', {}, make('code', {}, value)),
        make('td', {class: 'faint'}, step < 0 ? 'from the start' : `T${this.story.steps[step].t}, #${step + 1}`)));
    const held = this.story.spans.filter(s => s[2] <= at && at < s[3]).map(s =>
      make('tr', {class: s[2] === at ? 'changed' : ''}, make('td', {}, make('code', {}, s[4] || '?')), make('td', {}, (s[0] === 'waits' ? 'waited for by ' : s[0] === 'shares' ? 'shared by ' : 'held by '), make('span', {class: 'thread', style: threadColour(s[1])}, 'T' + s[1])), make('td', {class: 'faint'}, `since #${s[2] + 1}`)));
    if (!rows.length && !held.length) return this.inside.replaceChildren(make('p', {class: 'faint'}, 'nothing was read or written yet'));
    this.inside.replaceChildren(make('table', {}, make('tbody', {}, ...rows, ...held)));
  }
}

/// The calls that led to the step.
class StackPane {
  constructor(story) {
    this.story = story;
    this.title = make('h2', {}, 'Stack');
    this.inside = make('div', {class: 'inside', tabindex: '0', 'aria-label': 'Call stack'});
    this.element = make('section', {class: 'pane stack'}, this.title, this.inside);
  }

  follow(at) {
    const s = this.story.steps[at];
    this.title.textContent = `Stack of ${this.story.labels[s.t]}`;
    const places = [s.place, ...(s.stack >= 0 ? this.story.stacks[s.stack] : [])].filter(Boolean);
    if (!places.length) return this.inside.replaceChildren(make('p', {class: 'faint'}, 'not known'));
    const items = places.map(place => make('li', {}, make('code', {}, place.function || '?'), ' ', make('span', {class: 'faint'}, placeText({...place, function: ''}))));
    if (s.call) items.unshift(make('li', {class: 'faint'}, make('code', {}, s.call), ' of the library'));
    this.inside.replaceChildren(make('ol', {start: '0'}, ...items));
  }
}

/// Who waits for whom, at the end.
function waitPane(story) {
  if (!story.waits.length) return null;
  const closed = new Set(story.circle);
  const threads = [...new Set(story.waits.flatMap(w => w.holder >= 0 ? [w.thread, w.holder] : [w.thread]))];
  threads.sort((a, b) => closed.has(b) - closed.has(a) || (closed.has(a) ? story.circle.indexOf(a) - story.circle.indexOf(b) : a - b));
  const wide = 420, high = threads.length > 2 ? 260 : 150, middle = [wide / 2, high / 2], reach = [wide / 2 - 95, high / 2 - 30];
  const point = k => threads.length === 1 ? [90, high / 2] : [middle[0] - reach[0] * Math.cos(2 * Math.PI * k / threads.length), middle[1] - reach[1] * Math.sin(2 * Math.PI * k / threads.length)];
  const at = new Map(threads.map((t, k) => [t, point(k)]));
  const parts = [`<svg viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img" aria-label="${escaped(waitWords(story))}"><defs>`,
    ...['order', 'bad'].map(c => `<marker id="wait-${c}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="10" markerHeight="10" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="var(--${c})"/></marker>`), '</defs>'];
  for (const wait of story.waits) {
    const [x1, y1] = at.get(wait.thread);
    const inCircle = closed.has(wait.thread) && closed.has(wait.holder);
    const toNobody = wait.holder < 0;
    const [x2, y2] = toNobody ? [x1 < middle[0] ? x1 + 150 : x1 - 150, y1] : at.get(wait.holder);
    const label = wait.what || (wait.op === 'join' ? 'its end' : '');
    if (wait.thread === wait.holder) {
      parts.push(`<path class="edge closed" d="M${x1 - 12} ${y1 - 16} C${x1 - 40} ${y1 - 62} ${x1 + 40} ${y1 - 62} ${x1 + 14} ${y1 - 17}" marker-end="url(#wait-bad)"/>`);
      parts.push(`<text x="${x1}" y="${y1 - 54}" text-anchor="middle">${escaped(shortened(label, 26))}</text>`);
      continue;
    }
    const length = Math.hypot(x2 - x1, y2 - y1) || 1, ux = (x2 - x1) / length, uy = (y2 - y1) / length;
    const bend = toNobody ? 0 : 24, mx = (x1 + x2) / 2 - uy * -bend, my = (y1 + y2) / 2 + ux * -bend;
    const end = toNobody ? 6 : 20;
    parts.push(`<path class="edge${inCircle ? ' closed' : ''}" d="M${x1 + ux * 18} ${y1 + uy * 16} Q${mx} ${my} ${x2 - ux * end} ${y2 - uy * (end - 3)}" marker-end="url(#wait-${inCircle ? 'bad' : 'order'})"${toNobody ? ' stroke-dasharray="4 3"' : ''}/>`);
    if (toNobody) parts.push(`<text x="${x2 + (x2 > x1 ? 4 : -4)}" y="${y2 - 6}" text-anchor="${x2 > x1 ? 'end' : 'start'}">${escaped(shortened(label, 24))}</text><text x="${x2 + (x2 > x1 ? 4 : -4)}" y="${y2 + 16}" text-anchor="${x2 > x1 ? 'end' : 'start'}" opacity=".7">nobody will</text>`);
    else parts.push(`<text x="${mx}" y="${my + (my < middle[1] ? -4 : 12)}" text-anchor="middle">${escaped(shortened(label, 26))}</text>`);
  }
  for (const [t, [x, y]] of at) {
    parts.push(`<g style="${threadColour(t)}"><title>${escaped(story.labels[t])}</title><rect class="node" x="${x - 18}" y="${y - 14}" width="36" height="28" rx="14"/><text x="${x}" y="${y + 4}" text-anchor="middle" font-weight="600">T${t}</text></g>`);
  }
  parts.push('</svg>');
  const pane = make('section', {class: 'pane circle'}, make('h2', {}, closed.size ? 'Who waits for whom: a circle' : 'Who waits for whom'), make('div', {class: 'inside'}));
  pane.lastChild.innerHTML = parts.join('');
  return pane;
}

function waitWords(story) {
  return story.waits.map(w => `T${w.thread} waits for ${w.what || (w.op === 'join' ? 'the end' : 'something')}${w.holder >= 0 ? (w.op === 'join' ? ' of T' : ', held by T') + w.holder : ''}`).join('; ');
}

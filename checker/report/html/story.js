// One finding: what is wrong, where, and how it happens.

class StoryView {
  constructor(story, index) {
    this.story = story;
    this.index = index;
    this.at = -1;
    story.labels = {};
    for (const t of story.threads) story.labels[t.id] = t.label;
    for (const s of story.steps) if (!(s.t in story.labels)) story.labels[s.t] = 'T' + s.t, story.threads.push({id: s.t, label: 'T' + s.t});
    this.element = make('article', {}, this.verdict(), this.about(), this.parts());
    if (!story.steps.length) {
      this.element.append(...[this.valuesOfViolation(), this.output()].filter(Boolean));
      return;
    }
    const go = step => this.go(step);
    this.diagram = new Diagram(story, go);
    this.now = new NowPane(story, go);
    this.source = new SourcePane(story);
    this.values = new ValuesPane(story);
    this.stack = new StackPane(story);
    const left = make('div', {class: 'left'}, this.diagram.element, waitPane(story), this.valuesOfViolation(), this.output());
    const panes = make('div', {class: 'panes'}, this.now.element, this.source.element, this.values.element, this.stack.element);
    this.element.append(this.bar(), make('div', {class: 'story'}, left, panes));
  }

  // ---- what stands above

  verdict() {
    const s = this.story;
    const said = s.message.toLowerCase().startsWith(s.kind) ? s.message.slice(s.kind.length).replace(/^:\s*/, '') : s.message;
    return make('div', {class: 'verdict ' + s.tone}, make('h1', {}, make('span', {class: 'kind'}, s.kind), said ? ': ' : '', ...withCode(said)),
      s.hint && make('p', {class: 'hint'}, ...withCode(s.hint)), s.stale && make('p', {class: 'hint'}, s.stale), ...s.more.map(line => make('p', {class: 'faint'}, line)));
  }

  about() {
    const s = this.story;
    return make('div', {class: 'about'}, make('span', {title: s.where}, s.where.includes('/') ? s.where.slice(s.where.lastIndexOf('/') + 1) : s.where), make('span', {class: 'faint'}, s.how),
      s.replay && make('span', {}, 'Again: ', make('code', {}, s.replay), ' ', copyButton(s.replay)));
  }

  parts() {
    if (!this.story.parts.length) return null;
    return make('ul', {class: 'parts'}, ...this.story.parts.map(part => {
      const step = this.story.steps.findLastIndex(s => s.marked && s.t === part.thread && s.place && part.place && s.place.line === part.place.line);
      return make('li', {style: threadColour(part.thread)},
        make('span', {class: 'what'}, make('span', {class: 'thread'}, part.label), ' ', ...withCode(part.what)),
        part.place && make('button', {class: 'place', type: 'button', disabled: step < 0, title: step < 0 ? null : 'go to this step', onclick: () => this.go(step)}, placeText(part.place)),
        part.text && make('pre', {}, part.text),
        ...part.stack.map(place => make('span', {class: 'what faint'}, 'called from ' + placeText(place))));
    }));
  }

  valuesOfViolation() {
    if (!this.story.values.length) return null;
    return make('section', {class: 'pane'}, make('h2', {}, 'Values of the violation'), make('div', {class: 'inside values'}, make('table', {}, ...this.story.values.map(([name, value]) =>
      make('tr', {}, make('td', {}, make('code', {}, name)), make('td', {}, make('code', {}, value)))))));
  }

  output() {
    return this.story.output && make('section', {class: 'pane'}, make('h2', {}, 'What the program printed'), make('div', {class: 'inside'}, make('pre', {class: 'block'}, this.story.output)));
  }

  // ---- the bar

  bar() {
    const button = (words, title, action) => make('button', {type: 'button', title, 'aria-label': title, onclick: action}, words);
    const last = this.story.steps.length - 1;
    this.count = make('span', {class: 'count', 'aria-hidden': 'true'});
    this.slider = make('input', {type: 'range', min: 0, max: last, value: 0, 'aria-label': 'Step', oninput: () => this.go(Number(this.slider.value))});
    this.search = make('input', {type: 'search', placeholder: 'search steps', 'aria-label': 'Search the steps', oninput: () => this.find(), onkeydown: event => {
      if (event.key === 'Enter') this.nextFound(event.shiftKey ? -1 : 1), event.preventDefault();
      if (event.key === 'Escape') this.search.value = '', this.find(), this.diagram.steps.focus();
    }});
    this.foundCount = make('span', {class: 'found', 'aria-live': 'polite'});
    this.foldButton = make('button', {type: 'button', 'aria-pressed': 'true', title: 'Fold what does not matter (f)', onclick: () => this.fold()}, `fold ${counted(this.story.folds.length, 'part')}`);
    return make('div', {class: 'bar', role: 'toolbar', 'aria-label': 'Steps'},
      button('⇤', 'First step (Home)', () => this.go(0)), button('◀', 'Step before (arrow up or left)', () => this.step(-1)), this.count,
      button('▶', 'Next step (arrow down or right)', () => this.step(1)), button('⇥', 'Last step (End)', () => this.go(last)), this.slider, this.search, this.foundCount,
      this.story.folds.length > 0 && this.foldButton, button('−', 'Smaller (−)', () => this.zoom(1 / 1.15)), button('+', 'Larger (+)', () => this.zoom(1.15)),
      make('span', {class: 'keys'}, make('kbd', {}, '↑'), ' ', make('kbd', {}, '↓'), ' steps, with ', make('kbd', {}, 'Shift'), ' of the same thread; ', make('kbd', {}, '/'), ' search; ', make('kbd', {}, 'f'), ' fold'));
  }

  // ---- moving

  started() {
    if (!this.diagram) return;
    this.diagram.draw();
    const marked = this.story.steps.findLastIndex(s => s.marked);
    this.go(this.at >= 0 ? this.at : marked >= 0 ? marked : this.story.steps.length - 1);
  }

  go(step) {
    if (!(step >= 0 && step < this.story.steps.length)) return;
    this.at = step;
    this.diagram.go(step);
    const last = new Map();
    for (let i = 0; i <= step; ++i) last.set(this.story.steps[i].t, i);
    this.now.follow(step, this.diagram);
    this.source.follow(step, last);
    this.values.follow(step);
    this.stack.follow(step);
    this.count.textContent = `${step + 1} / ${this.story.steps.length}`;
    this.slider.value = step;
    this.slider.setAttribute('aria-valuetext', this.diagram.spoken(step));
    history.replaceState(null, '', `#${this.index + 1}.${step + 1}`);
  }

  /// To the next step that is not folded away, or the next of the same thread.
  step(by, sameThread) {
    let to = this.at;
    do to += by; while (to >= 0 && to < this.story.steps.length && (sameThread ? this.story.steps[to].t !== this.story.steps[this.at].t : !this.diagram.visible(to)));
    this.go(to);
  }

  fold() {
    const closed = this.diagram.open.size > 0;
    this.diagram.foldAll(closed);
    this.foldButton.setAttribute('aria-pressed', String(closed));
    if (closed && !this.diagram.visible(this.at)) this.step(1);
    else this.diagram.show(this.at);
  }

  zoom(by) {
    this.diagram.zoom = Math.min(Math.max(this.diagram.zoom * by, 0.5), 2.2);
    this.diagram.draw();
    this.diagram.show(this.at);
  }

  find() {
    const wanted = this.search.value.trim().toLowerCase();
    const hits = wanted ? this.story.steps.map((s, i) => i).filter(i => (this.diagram.spoken(i) + ' ' + (this.story.steps[i].call || '')).toLowerCase().includes(wanted)) : [];
    this.hits = hits;
    this.diagram.found = new Set(hits);
    for (const first of this.story.folds.map(f => f[0])) {
      const fold = this.story.folds.find(f => f[0] === first);
      if (hits.some(i => i >= first && i < first + fold[1])) this.diagram.open.add(first);
    }
    this.diagram.draw();
    this.foundCount.textContent = wanted ? `${hits.length} found` : '';
  }

  nextFound(by) {
    if (!this.hits || !this.hits.length) return;
    const next = by > 0 ? this.hits.find(i => i > this.at) : this.hits.findLast(i => i < this.at);
    this.go(next !== undefined ? next : by > 0 ? this.hits[0] : this.hits[this.hits.length - 1]);
  }

  key(event) {
    if (!this.diagram) return;
    const moves = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, j: 1, k: -1};
    if (event.key in moves) this.step(moves[event.key], event.shiftKey);
    else if (event.key === 'Home') this.go(0);
    else if (event.key === 'End') this.go(this.story.steps.length - 1);
    else if (event.key === 'PageDown' || event.key === 'PageUp') this.go(Math.min(Math.max(this.at + (event.key === 'PageDown' ? 15 : -15), 0), this.story.steps.length - 1));
    else if (event.key === '/') this.search.focus();
    else if (event.key === 'f') this.fold();
    else if (event.key === 'n' || event.key === 'N') this.nextFound(event.key === 'n' ? 1 : -1);
    else if (event.key === '+' || event.key === '=') this.zoom(1.15);
    else if (event.key === '-') this.zoom(1 / 1.15);
    else return;
    event.preventDefault();
  }
}

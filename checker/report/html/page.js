// What all parts of the page share: making elements, text, colours of threads.

const report = JSON.parse(document.getElementById('report').textContent);

/// An element with attributes and children; strings become text.
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'style') element.style.cssText = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined && child !== '' && child !== false) element.append(child);
  return element;
}

function escaped(text) {
  return String(text).replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);
}

function threadColour(id) { return `--thread: var(--t${((id % 8) + 8) % 8})`; }

/// Locks and condition variables keep a colour throughout a story.
function objectColour(names, name) {
  let place = names.indexOf(name);
  if (place < 0) place = names.push(name) - 1;
  return `--lock: hsl(${(place * 137 + 265) % 360} 48% 56%)`;
}

/// Cut in the middle: both the beginning and the end of a long name say something.
function shortened(text, most) {
  if (text.length <= most) return text;
  const head = Math.ceil((most - 1) * 0.6);
  return text.slice(0, head) + '…' + text.slice(text.length - (most - 1 - head));
}

/// What stands between backquotes is code. (glibc's assert ends with another sign.)
function withCode(text) { return text.split('`').length % 2 === 0 ? [text] : text.split('`').map((piece, k) => k % 2 ? make('code', {}, piece) : piece); }

/// The end of a long path.
function shortPath(path) { return path.length > 40 ? path.slice(path.lastIndexOf('/') + 1) : path; }

function counted(n, one) { return n + ' ' + one + (n === 1 ? '' : 's'); }

function placeText(place) {
  if (!place) return '';
  return shortPath(report.sources[place.source].shown) + ':' + place.line + (place.function ? ' in ' + place.function : '');
}

function copyButton(text) {
  const button = make('button', {type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'copied';
    } catch (refused) { // a file:// page may not; the text is there to be selected
      const range = document.createRange();
      range.selectNodeContents(button.previousElementSibling);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      button.textContent = 'selected';
    }
    setTimeout(() => { button.textContent = 'copy'; }, 1500);
  }}, 'copy');
  return button;
}

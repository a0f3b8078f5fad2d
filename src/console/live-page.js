// Keeps a page of the console up to date from the stream that its body names. Messages, as server-sent events:
//   put    {key, into, html}: the element with the id `key` becomes `html`; if there is none, it is appended to the element `into`
//   add    the same, but an element that is there stays as it is
//   at     its id says how far the page has been told: from there the stream goes on when it was cut off
//   say    a sentence for those who listen
//   reload the page has to be loaded again
//   end    nothing more will come

/** A page that stays open must not grow for ever. */
const MOST_ROWS = 10_000;
/** Rows of one body of a long table: few enough to be drawn in one go, many enough that the browser has few bodies to watch. */
const ROWS_OF_BODY = 100;

const template = document.createElement('template');
let waiting = [];

function put({ key, into, html, keep }) {
  const there = document.getElementById(key);
  if (there && keep) return;
  template.innerHTML = html;
  const made = template.content.firstElementChild;
  if (!there) {
    append(made, document.getElementById(into));
    return;
  }
  if (there.isEqualNode(made)) return;
  const { activeElement } = document;
  const focused = there.contains(activeElement);
  there.replaceWith(made);
  // Whoever has the keyboard in there keeps it: on the same thing if that has a name, else on the whole.
  if (focused) keepFocus(made, activeElement.id);
}

// A long table has its rows in bodies, and loses the oldest of them as a whole.
function append(made, parent) {
  if (!parent?.classList.contains('long')) return parent?.append(made);
  let body = parent.lastElementChild;
  if (!body.classList.contains('hops') || body.childElementCount >= ROWS_OF_BODY) {
    body = document.createElement('tbody');
    body.className = 'hops';
    body.setAttribute('role', 'rowgroup');
    parent.append(body);
    const bodies = parent.getElementsByClassName('hops');
    if (bodies.length > MOST_ROWS / ROWS_OF_BODY) bodies[0].remove();
  }
  body.append(made);
}

function keepFocus(made, id) {
  const same = id && made.querySelector(`#${CSS.escape(id)}`);
  if (!same) made.tabIndex = -1;
  (same || made).focus({ preventScroll: true });
}

// What came within a frame is shown in one go. Where nobody looks there are no frames, and yet it must not pile up.
function show() {
  const messages = waiting;
  waiting = [];
  for (const message of messages) put(message);
}

function take(message) {
  if (waiting.push(message) > 1) return;
  requestAnimationFrame(show);
  setTimeout(show, 100);
}

function follow(address) {
  const stream = new EventSource(address);
  stream.addEventListener('put', ({ data }) => take(JSON.parse(data)));
  stream.addEventListener('add', ({ data }) => take({ ...JSON.parse(data), keep: true }));
  stream.addEventListener('say', ({ data }) => {
    document.getElementById('said').textContent = JSON.parse(data);
  });
  stream.addEventListener('reload', () => location.reload());
  stream.addEventListener('end', () => stream.close());
}

// The site beside the page: only a page of the same site, which is this name, gets its cookies.
const FRAMING = 'console.mail.localhost';
const beside = document.querySelector('details.beside');

function fillFrame() {
  const frame = beside.querySelector('iframe');
  if (location.hostname === FRAMING) frame.src ||= beside.dataset.frame;
  else beside.querySelector('p').hidden = false;
}

if (beside) beside.hidden = false;
beside?.addEventListener('toggle', () => beside.open && fillFrame());
document.addEventListener('click', ({ target }) => {
  const leading = target.closest('[data-site]');
  const framed = beside?.open && location.hostname === FRAMING;
  leading?.setAttribute('target', framed ? 'site' : '_blank');
  leading?.setAttribute('rel', framed ? '' : 'noopener');
});

if (document.body.dataset.stream) follow(document.body.dataset.stream);

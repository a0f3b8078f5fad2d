// Keeps a page of the console up to date from the stream that its body names. Messages, as server-sent events:
//   put    {key, into, html}: the element with the id `key` becomes `html`; if there is none, it is appended to the element `into`
//   say    a sentence for those who listen
//   reload the page has to be loaded again
const said = document.getElementById('said');
const template = document.createElement('template');
let waiting = [];

function put({ key, into, html }) {
  template.innerHTML = html;
  const made = template.content.firstElementChild;
  const there = document.getElementById(key);
  if (there) there.replaceWith(made);
  else document.getElementById(into)?.append(made);
}

// Everything that came since the last frame is shown in one go.
function show() {
  const messages = waiting;
  waiting = [];
  for (const message of messages) put(message);
}

const stream = new EventSource(document.body.dataset.stream);
stream.addEventListener('put', ({ data }) => {
  if (waiting.push(JSON.parse(data)) === 1) setTimeout(show, 16);
});
stream.addEventListener('say', ({ data }) => {
  said.textContent = JSON.parse(data);
});
stream.addEventListener('reload', () => location.reload());

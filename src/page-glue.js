// Connects a page to its `decide`: what is decided there is done here. See docs/decisions/0001-page-scripts.md.

// Back after sign-out: a page kept whole by the browser asks the server again, so that no mail is shown.
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});

const block = JSON.parse(document.getElementById('page-data').textContent);

async function pageData() {
  if (!block.from) return block;
  const answer = await fetch(block.from, { method: block.method });
  return answer.ok ? answer.json() : null;
}

function act(decision) {
  if (decision?.do === 'navigate') {
    if (block.replace) location.replace(decision.url);
    else location.assign(decision.url);
  }
  if (decision?.do === 'submit') document.forms[decision.form].submit();
  if (decision?.do === 'dialog') {
    const dialog = document.getElementById('page-dialog');
    dialog.querySelector('p').textContent = decision.text;
    dialog.showModal();
  }
}

// What a page tells others in frames must not be cut off by going on (SO-18).
if (block.afterFrames && document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done));

const data = await pageData().catch(() => null);
if (data) {
  act(globalThis.decide(data, 'load'));
  for (const element of document.querySelectorAll('[data-event]'))
    element.addEventListener('click', () => act(globalThis.decide(data, element.dataset.event)));
  document.documentElement.dataset.ready = 'true';
} else {
  // The session ended while the page was loading: whoever asks for it again is told so.
  for (const element of document.querySelectorAll('[data-event]')) element.addEventListener('click', () => location.reload());
}

// What the figure `console` does within a page, brought there by the debugger: the page's own policy lets no other script in.

/** Of each hop the moment, by the machine's clock in ms, at which its answer to the browser stood in the page, and at which that was drawn. */
function watchRows() {
  const shown = [];
  const look = (row) => {
    if (!row.id.startsWith('hop-') || !row.querySelector('th .status .code')) return;
    const seen = { hop: row.id, stood: Date.now(), drawn: 0 };
    shown.push(seen);
    afterFrame(() => {
      seen.drawn = Date.now();
    });
  };
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.id) look(node);
  }).observe(document.getElementById('live'), { childList: true, subtree: true });
  return shown;
}

/** The least that a page can do with the same events: a line of text for each. */
function watchRaw(since) {
  document.body.replaceChildren();
  const shown = [];
  const stream = new EventSource(`/api/trace/stream?since=${since}`);
  stream.onmessage = ({ data }) => {
    const { party, kind, exchange, at } = JSON.parse(data);
    const line = document.createElement('div');
    line.textContent = data;
    document.body.append(line);
    if (party === 'gateway' && kind === 'response') shown.push({ exchange, at, stood: Date.now() });
  };
  return shown;
}

/** Animation frames come before drawing; a message after one comes when that is done. */
function afterFrame(act) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = act;
    port2.postMessage(null);
  });
}

/** Scrolls from the top to the end and back in `steps`, each with a frame; resolves to the times from frame to frame, ms. */
async function scrollThrough(steps) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const times = [];
  let before = await frame();
  const step = async (by) => {
    window.scrollBy({ top: by, behavior: 'instant' });
    const now = await frame();
    times.push(now - before);
    before = now;
  };
  const by = document.scrollingElement.scrollHeight / steps;
  for (let n = 0; n < steps; n++) await step(by);
  for (let n = 0; n < steps; n++) await step(-by);
  return times;
}

/** Milliseconds from the beginning of the navigation until the page had been loaded and drawn. */
function timeToDrawn() {
  return new Promise((resolve) => {
    const drawn = () => afterFrame(() => resolve(performance.now()));
    if (document.readyState === 'complete') drawn();
    else addEventListener('load', drawn);
  });
}

globalThis.bench = { watchRows, watchRaw, scrollThrough, timeToDrawn };

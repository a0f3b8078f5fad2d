// A page with things to click: each leads to the address that the page's data name for it.
globalThis.decide = (data, event) => (typeof data[event] === 'string' ? { do: 'navigate', url: data[event] } : null);

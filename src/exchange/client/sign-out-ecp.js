// The Exchange Control Panel: a warning box, or ECP's own logoff page.
globalThis.decide = (data, event) => {
  if (event !== 'sign-out') return null;
  if (data.closeWindow) return { do: 'dialog', text: 'To finish signing out, close all browser windows.' };
  return { do: 'navigate', url: data.logoff };
};

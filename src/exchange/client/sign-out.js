// Outlook Web App 2013 and later. `data` is the session data that the client got when it started.
globalThis.decide = (data, event) => {
  if (event !== 'sign-out') return null;
  if (data.ApplicationSettings.CloseWindowOnLogout)
    return {
      do: 'dialog',
      text: 'To finish signing out, close all browser windows. Until then this mailbox stays open to whoever uses this browser.',
    };
  return { do: 'navigate', url: `${data.ApplicationSettings.BaseUrl}logoff.owa` };
};

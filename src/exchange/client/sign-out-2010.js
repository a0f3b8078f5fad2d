// Outlook Web App 2010: Sign out always asks the server.
globalThis.decide = (data, event) => (event === 'sign-out' ? { do: 'navigate', url: data.logoff } : null);

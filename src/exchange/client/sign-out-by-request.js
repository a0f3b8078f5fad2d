// Every client before 2013 CU1, and OWA Light: Sign out always asks the server.
globalThis.decide = (data, event) => (event === 'sign-out' ? { do: 'navigate', url: data.logoff } : null);

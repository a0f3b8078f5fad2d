// The first of the two logon pages: puts the form in its own place in the history.
globalThis.decide = (data, event) => (event === 'load' ? { do: 'navigate', url: data.form } : null);

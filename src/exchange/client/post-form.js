// A page that is only there to carry a form on: it posts itself.
globalThis.decide = (data, event) => (event === 'load' ? { do: 'submit', form: data.form } : null);

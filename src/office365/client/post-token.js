// The logon server's page that carries a token to a service: it posts itself.
globalThis.decide = (data, event) => (event === 'load' ? { do: 'submit', form: data.form } : null);

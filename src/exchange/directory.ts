/** The people of the lab, as this mock knows them. */
export type Person = { account: string; password: string; name: string; address: string };

export const people: readonly Person[] = [
  { account: 'lab\\alice', password: 'Passw0rd!', name: 'Alice Adams', address: 'alice@lab.example' },
  { account: 'lab\\bob', password: 'Passw0rd!', name: 'Bob Brown', address: 'bob@lab.example' },
];

/** Finds a person by `domain\account` or address (case ignored) and password; null if there is none. */
export function authenticate(name: string, password: string): Person | null {
  const asked = name.trim().toLowerCase();
  return people.find((person) => [person.account, person.address].includes(asked) && person.password === password) ?? null;
}

/** Reads `Authorization: Basic …`; null for anything else. */
export function readBasic(authorization: string | undefined): { name: string; password: string } | null {
  const [, encoded] = /^basic +([a-z0-9+/=]+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

import type { Journalled } from '../trace/journal.ts';

/** The people of the lab, as this mock knows them. */
export type Person = { account: string; password: string; name: string; address: string };

export const people: readonly Person[] = [
  { account: 'lab\\alice', password: 'Passw0rd!', name: 'Alice Adams', address: 'alice@lab.example' },
  { account: 'lab\\bob', password: 'Passw0rd!', name: 'Bob Brown', address: 'bob@lab.example' },
];

/** User names that end so are of a realm whose passwords only its own AD FS knows (O-11). */
export const FEDERATED_REALM = 'corp.example';

/** What its servers leave in `ctx.state`. */
export type JournalState = Journalled<Person>;

/** By account or by address, case ignored. */
export function findPerson(name: string): Person | null {
  const wanted = name.trim().toLowerCase();
  return people.find(({ account, address }) => [account, address].includes(wanted)) ?? null;
}

export function authenticate(name: string, password: string): Person | null {
  const person = findPerson(name);
  return person && person.password === password ? person : null;
}

/** `corp.example` of `alice@corp.example`, '' without one. */
export function realmOf(name: string): string {
  return name.trim().toLowerCase().split('@')[1] ?? '';
}

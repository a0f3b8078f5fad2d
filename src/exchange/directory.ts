import type { Journalled } from '../trace/journal.ts';

/** The people of the lab, as this mock knows them. */
export type Person = { account: string; password: string; name: string; address: string };

/** What its servers leave in `ctx.state`. */
export type JournalState = Journalled<Person>;

export const people: readonly Person[] = [
  { account: 'lab\\alice', password: 'Passw0rd!', name: 'Alice Adams', address: 'alice@lab.example' },
  { account: 'lab\\bob', password: 'Passw0rd!', name: 'Bob Brown', address: 'bob@lab.example' },
];

/** Finds a person by `domain\account` or address, case ignored; null if there is none. */
export function findPerson(name: string): Person | null {
  const asked = name.trim().toLowerCase();
  return people.find((person) => [person.account, person.address].includes(asked)) ?? null;
}

/** The person, if the password is right. */
export function authenticate(name: string, password: string): Person | null {
  const person = findPerson(name);
  return person?.password === password ? person : null;
}

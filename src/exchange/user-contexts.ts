import type { Person } from './directory.ts';

/** The mailbox server's session: what the `UC` cookie stands for (E-34). `publicId` names it in the journal. */
export type UserContext = {
  readonly id: string;
  readonly publicId: string;
  readonly person: Person;
  readonly canary: string;
  /** The client is OWA Light; the password was changed in this session. */
  light: boolean;
  passwordChanged: boolean;
};

const MOST = 20_000;

/** The user contexts of one mailbox server. `nextId` makes public ids that are unique in the lab. */
export function createUserContexts(random: (bytes: number) => Buffer, nextId: () => string) {
  const contexts = new Map<string, UserContext>();
  return {
    open(person: Person): UserContext {
      const id = random(24).toString('base64url');
      const canary = random(24).toString('base64url');
      const context = { id, publicId: nextId(), person, canary, light: false, passwordChanged: false };
      if (contexts.size >= MOST) contexts.delete(contexts.keys().next().value as string);
      contexts.set(id, context);
      return context;
    },
    /** The context that a cookie stands for, if it is this person's. */
    find(id: string | undefined, person: Person): UserContext | null {
      const context = id === undefined ? undefined : contexts.get(id);
      return context?.person.account === person.account ? context : null;
    },
    end: (context: UserContext) => contexts.delete(context.id),
    clear: () => contexts.clear(),
  };
}

export type UserContexts = ReturnType<typeof createUserContexts>;

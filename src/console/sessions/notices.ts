import { randomBytes } from 'node:crypto';
import type { Html } from '../../html.ts';

/** What a form did, for the page that its sender is led to: without cookies, only the address of that page can name it. */
export type Notices = {
  /** Returns the id to ask with. */
  keep(notice: Html): string;
  /** null: there is none, or it is too old. */
  find(id: string): Html | null;
};

const MOST = 50;

/** The last fifty; ids are random, so that an address that somebody kept shows nothing of another process. */
export function createNotices(): Notices {
  const kept = new Map<string, Html>();
  return {
    keep(notice) {
      const id = randomBytes(9).toString('base64url');
      kept.set(id, notice);
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
      return id;
    },
    find: (id) => kept.get(id) ?? null,
  };
}

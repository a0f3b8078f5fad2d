import type { Finding } from './rules-error.ts';

export const storePattern = '^(memory(\\?.+)?|[A-Za-z][A-Za-z0-9+.-]*://.+)$';
const store = new RegExp(storePattern, 's');

/** The look of a store's address; who opens the store reads it. The value is not shown: it may hold a password. */
export function checkStore(text: string): Finding | null {
  if (store.test(text)) return null;
  return {
    message: 'This is neither memory nor the address of a store.',
    hint: 'write `memory`, `memory?limit=50000` or an address such as `redis://10.0.0.5:6379`',
  };
}

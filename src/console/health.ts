/** What whoever watches over this process may ask under any name and without a token: there is nothing in it but that it lives. */
const health: readonly string[] = ['/livez', '/readyz'];

/** Also in an answer to a page of another site there is nothing to learn or to spoil. */
export function isHealth(path: string): boolean {
  return health.includes(path);
}

/** Numbers too: nobody is named in them. They cost some work, so pages of other sites do not get them. */
export function isForWatchers(path: string): boolean {
  return isHealth(path) || path === '/metrics';
}

/** What whoever watches over this process may ask under any name and without a token: there is nothing in it but that it lives. */
const paths: readonly string[] = ['/livez', '/readyz'];

export function isHealth(path: string): boolean {
  return paths.includes(path);
}

/** Whether a text is, or begins, what stands in a PEM file: no name of one then, and perhaps a secret. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/** The text with every private key in it blacked out, one for one: the beginning of one, and a line that looks like the middle of one. */
export function withoutKeys(text: string): string {
  return text
    .replace(/(?<=-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)[^"]+/g, (secret) => '*'.repeat(secret.length))
    .replace(/(?<=^\s*)[A-Za-z0-9+/]{48,}={0,2}(?=\s*$)/, (secret) => '*'.repeat(secret.length));
}

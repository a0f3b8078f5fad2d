/** Names of query parameters whose values are secrets; `t` is how a token is called on its way to a service (O-07). */
const NAME =
  '(?:[\\w.-]*(?:canary|token|secret|passw|ticket|wresult|assertion|api-?key)[\\w.-]*|code|state|nonce|sid|t|session(?:id)?)';
const plain = new RegExp(`([?&;]${NAME}=)[^&;\\s"#]+`, 'gi');
/** The same in an address that is itself a value of a query. */
const escaped = new RegExp(`((?:%3F|%26|%3B)${NAME}%3D)(?:(?!%26|%3B)[^&;\\s"#])+`, 'gi');

/** A target, address or sentence with `…` for the value of every query parameter that is called like a secret. */
export function withoutSecrets(text: string): string {
  return text.includes('=') || text.includes('%') ? text.replace(plain, '$1…').replace(escaped, '$1…') : text;
}

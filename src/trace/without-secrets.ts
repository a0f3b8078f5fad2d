/** Names of query parameters whose values are secrets; `t` is how a token is called on its way to a service (O-07). */
const secret =
  /canary|token|secret|passw|ticket|wresult|assertion|api-?key|sess(ion)?_?id|^(code|state|nonce|sid|t|session|pwd|pass|sig|jwt|auth|samlresponse)$/i;
const plain = /(?<mark>[?&;])(?<name>[\w.-]+)=/g;
/**
 * The same in an address that is itself a value of a query, be it of a query in a query, and in TMG's `curl`, where Z stands for %
 * (T-06). A name has no mark in it, and a length: the time that the search takes grows with the text alone.
 */
const escaped = /(?<mark>[%Z](?:25)*)(?:3F|26|3B)(?<name>(?:(?!Z(?:25)*(?:3F|26|3B|3D))[\w.-]){1,200})\k<mark>3D/gi;
/** What stands before the host of an address; nothing is left of it, for a name may be a password in the wrong place. */
const credentials = /(\/\/)[^/?#\s"@]*(?=@)/g;
const escapedCredentials = /(([%Z](?:25)*)2F\2(?:2F))(?:(?!\2(?:2F|3F|23|40))[^/?#\s"@])*(?=\2(?:40))/gi;

/** A target, address or sentence with `…` for the value of every query parameter that is called like a secret, and for credentials. */
export function withoutSecrets(text: string): string {
  if (!/[=%@]|Z3D|Z40/i.test(text)) return text;
  return hideValues(hideValues(text, plain), escaped).replace(credentials, '$1…').replace(escapedCredentials, '$1…');
}

/** A value that is shown may have a pair of its own in it, so the search goes on where it begins. */
function hideValues(text: string, pairs: RegExp): string {
  let shown = '';
  let at = 0;
  for (const pair of text.matchAll(pairs)) {
    const { mark = '', name = '' } = pair.groups ?? {};
    const start = pair.index + pair[0].length;
    if (start <= at || !secret.test(name)) continue;
    const end = endOfValue(text, start, mark);
    if (end === start) continue;
    shown += `${text.slice(at, start)}…`;
    at = end;
  }
  return shown + text.slice(at);
}

function endOfValue(text: string, start: number, mark: string): number {
  const end = new RegExp(/[%Z]/i.test(mark) ? `[&;\\s"#]|${mark}(?:26|3B)` : '[&;\\s"#]', 'gi');
  end.lastIndex = start;
  return end.exec(text)?.index ?? text.length;
}

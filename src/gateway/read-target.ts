/** A request target in its one reading. `text` is what is matched and, to the byte, what is forwarded. */
export type RequestTarget = { text: string; path: string; query: string /* with its `?`, or '' */ };

/** Why a target has no single reading, as a sentence for the 400 page. */
export type UnreadableTarget = { problem: string };

/**
 * Reads a request target once (DESIGN decision 3). Escapes of unreserved characters are undone (RFC 3986 §6.2.2.2), so that
 * `/owa/%6cogoff.owa` is matched as the published server will read it; what two servers could read in two ways is refused.
 */
export function readTarget(raw: string): RequestTarget | UnreadableTarget {
  if (!raw.startsWith('/')) return { problem: 'it must be a path that begins with "/" (no absolute form, no "*")' };
  if (/[^\x21-\x7e]/.test(raw))
    return { problem: 'it holds a control character, a blank or a byte above 0x7E that is not percent-encoded' };
  if (/[\\#]/.test(raw)) return { problem: 'it holds "\\" or "#", which servers read differently' };
  if (/%(?![0-9a-f]{2})/i.test(raw)) return { problem: 'it holds "%" without two hexadecimal digits' };
  const text = undoUnreserved(raw);
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const problem = pathProblem(path);
  return problem ? { problem } : { text, path, query: mark < 0 ? '' : text.slice(mark) };
}

/** Escapes of unreserved characters undone, the others in upper case: the form in which targets and logoff URLs are compared. */
export function undoUnreserved(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, decodeUnreserved);
}

function decodeUnreserved(triplet: string, hex: string): string {
  const char = String.fromCharCode(Number.parseInt(hex, 16));
  return /[\w.~-]/.test(char) ? char : triplet.toUpperCase();
}

function pathProblem(path: string): string | null {
  if (/%(2f|5c|00|25[0-9a-f]{2})/i.test(path)) return 'its path holds an escaped "/", "\\", NUL, or a doubly escaped character';
  if (/\/\.{1,2}(?=[/;]|%3b|$)/i.test(path)) return 'its path holds a "." or ".." segment';
  if (path.includes('//')) return 'its path holds an empty segment ("//")';
  if (!isUtf8(path)) return 'its path holds escapes that are not UTF-8';
  return null;
}

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

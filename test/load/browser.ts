import { Pool } from 'undici';
import { name, password, site } from '../bench/site.ts';

export type Answer = { status: number; location: string; cookies: string[]; body: Buffer };
export type Asked = { method?: 'GET' | 'POST'; cookie?: string; body?: string | Buffer; signal?: AbortSignal };

/** Longer, ms, nobody waits for an answer, or for more of it. */
export const LONGEST_ANSWER = 30_000;

/** What people of a soak have in common: kept connections to the gateway. */
export type Browser = {
  readonly port: number;
  /** Null when the connection broke, or was given up, before the end of the answer; status 0 when it has not come in 30 s. */
  ask(path: string, asked?: Asked): Promise<Answer | null>;
  postForm(fields: Record<string, string>): Promise<Answer | null>;
  /** Resolves when every connection is closed; the next request opens new ones. */
  closeIdle(): Promise<void>;
};

const LOGON = '/CookieAuth.dll?Logon';

/** Of a public computer, which is signed out soon, or of a private one. */
export function logonForm(computer: 'public' | 'private', given = password): Record<string, string> {
  return { curl: 'Z2FmailZ2Fpage', flags: '0', trusted: computer === 'private' ? '4' : '0', username: name, password: given };
}

export function createBrowser(port: number): Browser {
  const open = () => new Pool(`http://127.0.0.1:${port}`, { bodyTimeout: LONGEST_ANSWER, headersTimeout: LONGEST_ANSWER });
  let pool = open();

  async function ask(path: string, { method = 'GET', cookie, body, signal }: Asked = {}, more = {}): Promise<Answer | null> {
    const headers = { host: site.host, ...(cookie !== undefined && { cookie }), ...more };
    const asked = { path, method, headers, body: body ?? null, signal: signal ?? null };
    try {
      const answer = await pool.request(asked);
      return {
        status: answer.statusCode,
        location: String(answer.headers['location'] ?? ''),
        cookies: [answer.headers['set-cookie'] ?? []].flat(),
        body: Buffer.from(await answer.body.arrayBuffer()),
      };
    } catch (error) {
      const late = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test((error as { code?: string }).code ?? '');
      return late ? { status: 0, location: '', cookies: [], body: Buffer.alloc(0) } : null;
    }
  }

  return {
    port,
    ask,
    postForm(fields) {
      const body = new URLSearchParams(fields).toString();
      return ask(LOGON, { method: 'POST', body }, { 'content-type': 'application/x-www-form-urlencoded' });
    },
    async closeIdle() {
      const before = pool;
      pool = open();
      await before.close();
    },
  };
}

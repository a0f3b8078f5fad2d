import { Pool } from 'undici';
import type { Bench } from './figure.ts';

export const site = { host: 'mail.contoso.example', page: '/mail/page', logoff: '/mail/logoff.owa' };
export const name = 'corp\\anna.berg';
export const password = 'Blue-Kettle-42';

export type Client = {
  /** Asks over a kept connection; resolves to the status when the answer has come in full. */
  ask(path: string, cookie?: string): Promise<number>;
  /** Logs on; resolves to the Cookie field of the session. */
  logOn(): Promise<string>;
};

/** A client of a gateway on that port of 127.0.0.1. */
export function createClient(bench: Bench, port: number, connections: number): Client {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  bench.teardown(() => pool.destroy());
  return {
    async ask(path, cookie) {
      const headers = { host: site.host, ...(cookie !== undefined && { cookie }) };
      const { statusCode, body } = await pool.request({ path, method: 'GET', headers });
      await body.dump();
      return statusCode;
    },
    async logOn() {
      const fields = new URLSearchParams({ curl: 'Z2F', flags: '0', username: name, password });
      const { headers, body } = await pool.request({
        path: '/CookieAuth.dll?Logon',
        method: 'POST',
        headers: { host: site.host, 'content-type': 'application/x-www-form-urlencoded' },
        body: fields.toString(),
      });
      await body.dump();
      const cookie = [headers['set-cookie'] ?? []].flat()[0]?.split(';', 1)[0];
      if (cookie === undefined) throw new Error('the gateway has not logged on');
      return cookie;
    },
  };
}

/** Fails for an answer that was not expected. */
export function must(status: number, expected: number): void {
  if (status !== expected) throw new Error(`expected ${expected} of the gateway, got ${status}`);
}

import { request } from 'node:http';

export type Asked = {
  method?: 'GET' | 'POST';
  host: string;
  path: string;
  cookie?: string;
  form?: Readonly<Record<string, string>>;
};

export type Answer = {
  status: number;
  location: string | null;
  /** Set-Cookie fields. */
  cookies: readonly string[];
  /** Who answered, behind a balancer: X-Replica. */
  replica: string | null;
};

const LONGEST_WAIT = 10_000;

/** One request to a port of this machine, over a connection of its own. Rejects if no whole answer comes in 10 s. */
export function ask(port: number, { method = 'GET', host, path, cookie, form }: Asked): Promise<Answer> {
  const headers: Record<string, string> = { Host: host };
  if (cookie) headers['Cookie'] = cookie;
  if (form) headers['Content-Type'] = 'application/x-www-form-urlencoded';
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(new Error(`no answer to ${method} ${host}${path}: ${cause.message}`, { cause }));
    const signal = AbortSignal.timeout(LONGEST_WAIT);
    const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false, signal }, (answer) => {
      const { 'set-cookie': cookies = [], 'x-replica': replica, location = null } = answer.headers;
      answer.on('error', fail).resume();
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, location, cookies, replica: replica === undefined ? null : String(replica) }),
      );
    });
    sent.on('error', fail);
    sent.end(form && new URLSearchParams(form).toString());
  });
}

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { BrowserOptions } from '../../src/browser/memory.ts';
import { createScriptedBrowser, type ScriptedBrowser } from '../../src/browser/scripted-browser.ts';
import { type AdjustableClock, standingClock } from '../../src/clock.ts';

export type Reply = { status?: number; location?: string; set?: string | string[]; body?: string };

/** What is served, by host name and target; a function is given the Cookie and Authorization fields. What is not listed is an empty page. */
export type Hosts = Record<string, Reply | ((cookies: string, authorization: string) => Reply)>;

export type World = {
  browser: ScriptedBrowser;
  clock: AdjustableClock;
  /** The address of a host name and target. */
  at(place: string): string;
  /** The requests since the last call: method, host name and target, and as far as there were any the cookies, the Authorization field and the body. */
  seen(): string[];
};

/** Serves all hosts of a test at one port, or at two, the second for host names with `:2` behind; without ports in what it says and takes. */
export async function startHosts(t: ExecutionContext, hosts: Hosts, options: BrowserOptions = {}): Promise<World> {
  const ports: number[] = [];
  let seen: string[] = [];

  /** `//name.localhost/` and `//name.localhost:2/` with the real ports. */
  const withPorts = (text: string) =>
    text.replace(/\/\/([\w.-]+)(:2)?(?=\/)/g, (_, name, second) => `//${name}:${ports[second ? 1 : 0]}`);

  async function answer(request: IncomingMessage, server: number): Promise<Reply> {
    const place = `${request.headers.host?.split(':')[0]}${server === 0 ? '' : ':2'}${request.url}`;
    const { cookie = '', authorization = '' } = request.headers;
    const body = (await request.toArray()).join('');
    seen.push([request.method, place, cookie, authorization, body].filter(Boolean).join(' '));
    const reply = hosts[place] ?? {};
    return typeof reply === 'function' ? reply(cookie, authorization) : reply;
  }

  for (const number of [0, 1]) {
    const server = createServer(async (request, response) => {
      const { location, set = [], body = '', status = location ? 302 : 200 } = await answer(request, number);
      response.setHeader('Set-Cookie', set);
      if (location !== undefined) response.setHeader('Location', withPorts(location));
      if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="x"');
      response.writeHead(status).end(withPorts(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
    t.teardown(() => {
      server.close();
      server.closeAllConnections();
    });
  }

  const clock = standingClock();
  const browser = createScriptedBrowser(clock, options);
  t.teardown(() => browser.close());
  return {
    browser,
    clock,
    at: (place) => withPorts(`http://${place}`),
    seen() {
      const requests = seen;
      seen = [];
      return requests;
    },
  };
}

/** A page of a host, with `content` and a button for the event `click`; its script has data to load, and decides `decision` upon `on`. */
export function acting(host: string, decision: object | null, on: 'load' | 'click', content = ''): Hosts {
  const block = '<script type="application/json" id="page-data">{"from":"/data"}</script>';
  return {
    [`${host}/`]: {
      body: `${block}<script id="page-decide" src="/decide.js"></script><button data-event="click">Go</button>${content}`,
    },
    [`${host}/decide.js`]: {
      body: `globalThis.decide = (data, event) => event === '${on}' ? ${JSON.stringify(decision)} : null`,
    },
    [`${host}/data`]: { body: '{}' },
  };
}

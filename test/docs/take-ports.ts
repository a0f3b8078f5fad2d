import { findFreePort } from '../../src/regression/ends/free-port.ts';

/** Ports that pages name: those of the lab, of Redis, of a server of one's own, and of TLS. */
const named = /(?<![\w.$])(80[89]\d|63[78]\d|3000|8443)(?![\w.])/g;
const settings = { PORT: 8080, CONSOLE_PORT: 8081, EXCHANGE_PORT: 8082, OFFICE365_PORT: 8083 };

/** Free ports in the place of those that a page names. `ports` puts them into a text, `written` takes them out again. */
export async function takePorts(): Promise<{
  ports(text: string): string;
  written(text: string): string;
  env: Record<string, string>;
}> {
  const all = [...range(8080, 8099), ...range(6370, 6389), 3000, 8443];
  const free = await freePorts(all.length);
  const taken = new Map(all.map((port, at) => [String(port), String(free[at])]));
  const back = new Map([...taken].map(([port, instead]) => [instead, port]));
  return {
    ports: (text) => text.replace(named, (port) => taken.get(port) ?? port),
    written: (text) => text.replace(/\b\d{5}\b/g, (port) => back.get(port) ?? port),
    env: Object.fromEntries(
      Object.entries(settings).map(([name, port]) => [`LOGOFF_LAB_${name}`, taken.get(String(port)) ?? '']),
    ),
  };
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

async function freePorts(count: number): Promise<number[]> {
  const free = new Set<number>();
  while (free.size < count) free.add(await findFreePort());
  return [...free];
}

import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { runningClock } from '../clock.ts';
import { createExchange, type Exchange } from '../exchange/exchange.ts';
import { loadProfiles } from '../exchange/profile.ts';
import { createMetrics } from '../metrics/create-metrics.ts';
import { createOffice365 } from '../office365/office365.ts';
import { createIdleRecorder } from '../trace/recorder.ts';
import { type CommandContext, say } from './command-context.ts';
import { explainTakenPort } from './explain-taken-port.ts';
import { inColumns } from './in-columns.ts';
import { serve } from './serve.ts';
import type { Settings } from './settings.ts';
import { openWebConfigFiles } from './web-config-files.ts';
import { settingsOf, withSettings } from './with-settings.ts';

const examples = `
Examples:
  npx logoff-lab backend
  npx logoff-lab backend --web-config beOwa=web.config --web-config beEcp=ecp.config

Your proxy passes on the Host that it was asked for, or names a build there itself, in nginx: proxy_set_header Host 2013-cu8.localhost;`;

const settings = [
  'exchangePort',
  'office365Port',
  'office365Profile',
  'consolePort',
  'host',
  'consoleHost',
  'webConfig',
] as const;

export function backendCommand(context: CommandContext): Command {
  const command = new Command('backend')
    .description('the mock Exchange servers and the mock Office 365 alone: put a proxy of your own in front')
    .addHelpText('after', examples);
  return withSettings(command, settings).action(async () => {
    const wanted = settingsOf(command, context);
    const files = await openWebConfigFiles(wanted.webConfig ?? [], { say });
    try {
      const profiles = await loadProfiles();
      const mocks = await startMocks(profiles, wanted);
      files.putOn(mocks.exchange, [...profiles.values()]);
      await serve(wanted, { drainTime: () => 0, metrics: createMetrics(['process']) }, mocks.close, (healthPort) =>
        welcome(mocks, healthPort),
      );
    } finally {
      files.close();
    }
  });
}

type Mocks = { exchange: Exchange; exchangePort: number; office365Port: number; close(): Promise<void> };

/** Both, on their ports. Throws port-in-use; then neither listens. */
async function startMocks(profiles: Awaited<ReturnType<typeof loadProfiles>>, wanted: Settings): Promise<Mocks> {
  const common = { clock: runningClock(), recorder: createIdleRecorder(), random: randomBytes };
  const exchange = createExchange({ profiles, ...common });
  const office365 = createOffice365({ ...common, federation: exchange.federation });
  const close = async () => {
    await Promise.all([exchange.close(), office365.close()]);
  };
  try {
    office365.configure({ profile: wanted.office365Profile });
    const exchangePort = await explainTakenPort(exchange.listen(wanted.exchangePort, wanted.host), wanted);
    const office365Port = await explainTakenPort(office365.listen(wanted.office365Port, wanted.host), wanted);
    return { exchange, exchangePort, office365Port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function welcome({ exchange, exchangePort: port, office365Port }: Mocks, healthPort: number): string {
  const sites = exchange.labels().map((label) => {
    const { title = '', build = '' } = exchange.servers(label)[0]?.profile() ?? {};
    return [`http://${label}.localhost:${port}/owa/`, title, build];
  });
  return `
Mock Exchange; the first label of the Host says which build answers, its port and the rest do not matter:

${inColumns(sites).join('\n')}

Mock Office 365, for a browser of its own: http://outlook.mail365.localhost:${office365Port}/owa/ and what is linked there.

A proxy in front must keep the Host header of the browser, or send one of these names in it.
Users lab\\alice and lab\\bob, password Passw0rd!; virtual directories ask for Basic. Health on port ${healthPort} (/livez, /readyz, /metrics).
Stop with Ctrl+C.
`;
}

import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { runningClock } from '../clock.ts';
import { createExchange, type Exchange } from '../exchange/exchange.ts';
import { loadProfiles } from '../exchange/profile.ts';
import { createIdleRecorder } from '../trace/recorder.ts';
import { type CommandContext, say } from './command-context.ts';
import { inColumns } from './in-columns.ts';
import { explainTakenPort, serve, settingsOf, withSettings } from './serve.ts';
import { openWebConfigFiles } from './web-config-files.ts';

const examples = `
Examples:
  npx logoff-lab backend
  npx logoff-lab backend --web-config beOwa=web.config --web-config beEcp=ecp.config

Your proxy passes on the Host that it was asked for, or names a build there itself, in nginx: proxy_set_header Host 2013-cu8.localhost;`;

export function backendCommand(context: CommandContext): Command {
  const command = new Command('backend')
    .description('the mock Exchange servers alone: put a proxy of your own in front')
    .addHelpText('after', examples);
  return withSettings(command, ['exchangePort', 'consolePort', 'host', 'webConfig']).action(async () => {
    const wanted = settingsOf(command, context);
    const files = await openWebConfigFiles(wanted.webConfig ?? [], { say });
    try {
      const profiles = await loadProfiles();
      const exchange = createExchange({ profiles, clock: runningClock(), recorder: createIdleRecorder(), random: randomBytes });
      const port = await explainTakenPort(exchange.listen(wanted.exchangePort, wanted.host), wanted).catch(
        async (error: unknown) => {
          await exchange.close();
          throw error;
        },
      );
      files.putOn(exchange, [...profiles.values()]);
      await serve(wanted, null, exchange.close, (healthPort) => welcome(exchange, port, healthPort));
    } finally {
      files.close();
    }
  });
}

function welcome(exchange: Exchange, port: number, healthPort: number): string {
  const sites = exchange.labels().map((label) => {
    const { title = '', build = '' } = exchange.servers(label)[0]?.profile() ?? {};
    return [`http://${label}.localhost:${port}/owa/`, title, build];
  });
  return `
Mock Exchange; the first label of the Host says which build answers, its port and the rest do not matter:

${inColumns(sites).join('\n')}

A proxy in front must keep the Host header of the browser, or send one of these names in it.
Users lab\\alice and lab\\bob, password Passw0rd!; virtual directories ask for Basic. Health on port ${healthPort} (/livez, /readyz).
Stop with Ctrl+C.
`;
}

import { Command } from 'commander';
import { runningClock } from '../clock.ts';
import { LabError } from '../errors.ts';
import { startGateway } from '../lab/start-gateway.ts';
import { createLog } from '../log.ts';
import { explainRule } from '../rules/explain-rule.ts';
import { loadRules } from '../rules/load-rules.ts';
import { createIdleRecorder } from '../trace/recorder.ts';
import type { CommandContext } from './command-context.ts';
import { publishedAddresses } from './published-addresses.ts';
import { explainTakenPort, serve, settingsOf, withSettings } from './serve.ts';

const examples = `
Examples:
  npx logoff-lab proxy --rules my-rules.yaml
  npx logoff-lab proxy --rules /etc/logoff-lab --host 0.0.0.0 --port 8080

docs/proxy.md has a rules file and a users file to begin with; npx logoff-lab rules check explains rules.`;

export function proxyCommand(context: CommandContext): Command {
  const command = new Command('proxy')
    .description('the gateway alone, in front of a server of yours')
    .addHelpText('after', examples);
  return withSettings(command, ['rules', 'port', 'consolePort', 'host', 'logLevel']).action(async () => {
    const wanted = settingsOf(command, context);
    if (wanted.rules === null) throw new LabError('usage', 'proxy needs publishing rules: --rules PATH or LOGOFF_LAB_RULES');
    const rules = await loadRules(wanted.rules);
    const clock = runningClock();
    const parts = {
      rules,
      clock,
      recorder: createIdleRecorder(),
      log: createLog(process.stderr, wanted.logLevel),
      revealPublishedNames: false,
    };
    const gateway = await explainTakenPort(startGateway({ ...parts, port: wanted.port, host: wanted.host }), wanted);
    const address = `${wanted.host}:${gateway.port}`;
    const welcome = (healthPort: number) =>
      [
        `Listening on ${address}; health on port ${healthPort} (/livez, /readyz).`,
        ...rules.rules.map(explainRule),
        'Open (these names must lead to this machine):',
        ...publishedAddresses(rules.rules, gateway.port),
        'Stop with Ctrl+C.',
      ].join('\n');
    await serve(wanted, null, gateway.close, welcome);
  });
}

import { Command } from 'commander';
import { runningClock } from '../clock.ts';
import { LabError } from '../errors.ts';
import { startGateway } from '../lab/start-gateway.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics/create-metrics.ts';
import { certificateWarnings } from '../rules/explain-certificate.ts';
import { explainListener, explainRule } from '../rules/explain-rule.ts';
import { openStore } from '../sessions/open-store.ts';
import { describeStoreAddress } from '../sessions/store-address.ts';
import { createIdleRecorder } from '../trace/recorder.ts';
import { addressLines } from './address-lines.ts';
import { type CommandContext, say, standardError } from './command-context.ts';
import { explainTakenPort } from './explain-taken-port.ts';
import { watchRules } from './reload-rules.ts';
import { serve } from './serve.ts';
import { storeAddressFor } from './store-address-for.ts';
import { settingsOf, withSettings } from './with-settings.ts';

const examples = `
Examples:
  npx logoff-lab proxy --rules my-rules.yaml
  npx logoff-lab proxy --rules /etc/logoff-lab --host 0.0.0.0 --port 8080

docs/proxy.md has a rules file and a users file to begin with; npx logoff-lab rules check explains rules.`;

export function proxyCommand(context: CommandContext): Command {
  const command = new Command('proxy')
    .description('the gateway alone, in front of a server of yours')
    .addHelpText('after', examples);
  const settings = ['rules', 'sessions', 'port', 'consolePort', 'adminApi', 'host', 'consoleHost', 'logLevel'] as const;
  return withSettings(command, settings).action(async () => {
    const wanted = settingsOf(command, context);
    if (wanted.rules === null) throw new LabError('usage', 'proxy needs publishing rules: --rules PATH or LOGOFF_LAB_RULES');
    const metrics = createMetrics(['process', 'gateway']);
    const { meter } = metrics;
    const watch = await watchRules(wanted.rules, { say, meter });
    process.on('SIGHUP', watch.reload);
    const { rules } = watch;
    const store = storeAddressFor(wanted, rules.listener.sessions);
    const clock = runningClock();
    const log = createLog(standardError, wanted.logLevel);
    const parts = {
      rules,
      clock,
      recorder: createIdleRecorder(),
      log,
      meter,
      store: await openStore(store, { clock, log }),
      revealPublishedNames: false,
    };
    const gateway = await explainTakenPort(startGateway({ ...parts, port: wanted.port, host: wanted.host }), wanted);
    watch.putOn(gateway.gateway);
    const address = `${wanted.host}:${gateway.port}`;
    const welcome = (healthPort: number) =>
      [
        `Listening on ${address}; health${wanted.adminApi ? ' and admin API' : ''} on port ${healthPort} (/livez, /readyz, /metrics).`,
        `Sessions: ${describeStoreAddress(store)}.`,
        explainListener(rules.listener),
        ...rules.rules.map(explainRule),
        ...certificateWarnings(rules, Date.now()),
        'Open (these names must lead to this machine):',
        ...addressLines(rules, gateway.port),
        'Stop with Ctrl+C.',
      ].join('\n');
    const admin = wanted.adminApi ? { gateway: gateway.gateway, clock } : null;
    const drainTime = () => gateway.gateway.rules().listener.limits.drainTime;
    await serve(wanted, { sessions: gateway.sessions, admin, metrics, log, drainTime }, gateway.close, welcome);
    watch.close();
  });
}

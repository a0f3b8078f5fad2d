import { Command } from 'commander';
import { type Lab, startLab } from '../lab/lab.ts';
import { createLog } from '../log.ts';
import { expectationFor } from '../regression/judge.ts';
import { explainRule } from '../rules/explain-rule.ts';
import { type CommandContext, version } from './command-context.ts';
import { explainTakenPort, serve, settingsOf, withSettings } from './serve.ts';

const settings = ['port', 'consolePort', 'exchangePort', 'host', 'rules', 'logLevel'] as const;
const defaults = { logLevel: 'warn' };

export function labCommand(context: CommandContext): Command {
  const command = new Command('lab').description(
    'gateway, mock Exchange and admin API, without any configuration (the default command)',
  );
  return withSettings(command, settings, defaults).action(async () => {
    const wanted = settingsOf(command, context, defaults);
    const { port, exchangePort, host } = wanted;
    const options = { ports: { gateway: port, exchange: exchangePort }, host, log: createLog(process.stderr, wanted.logLevel) };
    const lab = await explainTakenPort(startLab(wanted.rules === null ? options : { ...options, rules: wanted.rules }), wanted);
    await serve(wanted, lab, lab.close, (adminPort) =>
      wanted.rules === null ? welcome(lab, adminPort) : ownRules(lab, adminPort),
    );
  });
}

/** With rules of somebody's own, the lab's names and users need not hold: what the rules publish is told instead. */
function ownRules({ ports, gateway }: Lab, adminPort: number): string {
  const { rules } = gateway.rules();
  const names = [...new Set(rules.flatMap((rule) => rule.publicNames))].map((name) => `  http://${name}:${ports.gateway}/`);
  return [
    ...rules.map(explainRule),
    'Published:',
    ...names,
    `Admin API: http://127.0.0.1:${adminPort}/`,
    'Stop with Ctrl+C.',
  ].join('\n');
}

/** The addresses, the users, and what to click. */
function welcome({ ports, profiles }: Lab, adminPort: number): string {
  const sites = [...profiles.values()].map(({ name, title }) => [siteUrl(name, ports.gateway), title, promise(name)] as const);
  const widths = [0, 1].map((at) => Math.max(...sites.map((site) => (site[at] as string).length)));
  const lines = sites.map(
    ([url, title, then]) => `  ${url.padEnd(widths[0] as number)}  ${title.padEnd(widths[1] as number)}  ${then}`,
  );
  return `
logoff-lab ${version()}: sign in, click Sign out, and see whether you are signed out.

Open one of these in a browser, sign in as lab\\alice with the password Passw0rd!, and click Sign out:

${lines.join('\n')}

Then open the same address again. A logon form: you were signed out. Mail: you were not.

  Another user      lab\\bob, password Passw0rd!
  Yours to switch   ${siteUrl('mail', ports.gateway)}, with PUT http://127.0.0.1:${adminPort}/api/lab (see http://127.0.0.1:${adminPort}/)
  No gateway        ${siteUrl('2013-cu1', ports.exchange)} and so on: the mock Exchange itself
  The whole matrix  npx logoff-lab matrix

Stop with Ctrl+C.
`;
}

function siteUrl(label: string, port: number): string {
  return `http://${label}.localhost:${port}/owa/`;
}

/** What the committed expectations say of this build behind the lab's own rule. */
function promise(profile: string): string {
  const rule = { via: 'gateway', logoffUrl: '/owa/logoff.owa', vdirAuth: 'basic' } as const;
  const expected = expectationFor({ ...rule, profile, app: 'owa', client: 'premium', signOutKindSource: 'shipped' });
  if (!expected) return '';
  return expected.detected ? 'the gateway sees the sign-out: signed out' : 'a dialog and no request: still signed in';
}

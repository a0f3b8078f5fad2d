import { Command, CommanderError } from 'commander';
import { LabError } from '../errors.ts';
import { nearest } from '../rules/nearest.ts';
import { version } from '../version.ts';
import { type CommandContext, say } from './command-context.ts';

const examples = `
Examples:
  npm start                                            the lab, without any configuration
  npx logoff-lab matrix                                every combination, and whether it comes out as documented
  npx logoff-lab matrix --only profile=2013-cu1        one build of Exchange
  npx logoff-lab matrix --only suite=office365         Office 365, where another server signs you in again
  npx logoff-lab rules check rules/lab.yaml            what rules say, in English, or what is wrong with them
  npx logoff-lab web-config web.config                 what a web.config of Exchange makes sign-out do
  npx logoff-lab proxy --rules my-rules.yaml           the gateway in front of a server of yours

Exit codes: 0 as expected, 1 a verdict not as expected, 2 usage or configuration, 3 target unreachable, 4 internal.`;

type Add = (context: CommandContext) => Command;

/** Read when they are asked for: a health check every few seconds need not load a lab. In the order in which --help lists them. */
const commands: Readonly<Record<string, () => Promise<Add>>> = {
  lab: async () => (await import('./lab-command.ts')).labCommand,
  proxy: async () => (await import('./proxy-command.ts')).proxyCommand,
  backend: async () => (await import('./backend-command.ts')).backendCommand,
  matrix: async () => (await import('./matrix-command.ts')).matrixCommand,
  rules: async () => (await import('./rules-command.ts')).rulesCommand,
  'web-config': async () => (await import('./web-config-command.ts')).webConfigCommand,
  healthcheck: async () => (await import('./healthcheck-command.ts')).healthcheckCommand,
};

/** Runs one command line; resolves to the exit code. Errors on purpose are printed as their sentence, others with their stack. */
export async function run(args: readonly string[], env: CommandContext['env']): Promise<number> {
  process.stdout.on('error', stopUnlessPiped);
  process.stderr.on('error', () => {}); // what Node itself writes there, such as warnings
  let code = 0;
  let acting: Command | null = null;
  const context: CommandContext = { env, exitWith: (wanted) => (code = wanted) };
  const program = new Command('logoff-lab')
    .description(
      'Shows, over real sockets, whether signing out signs the user out: a gateway with TMG’s logoff detection before mock Exchange servers, and a mock Office 365.',
    )
    .version(version(), '-V, --version')
    .addHelpText('after', examples)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'logoff-lab: ')) })
    .showSuggestionAfterError()
    .hook('preAction', (_program, command) => {
      acting = command;
    })
    .exitOverride();
  try {
    await addCommands(program, context, args);
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, acting ?? program);
  }
}

/** The command that is asked for, or all of them for who asks for none. Throws usage for one that there is not. */
async function addCommands(program: Command, context: CommandContext, [first, second]: readonly string[]): Promise<void> {
  const names = Object.keys(commands);
  const asked = first === 'help' ? second : first;
  const named = asked !== undefined && !asked.startsWith('-') && asked !== 'help';
  if (named && !names.includes(asked)) throw unknownCommand(asked, names);
  const wanted = named && first !== 'help' ? [asked] : names;
  for (const name of wanted) {
    const add = await (commands[name] as () => Promise<Add>)();
    program.addCommand(add(context), { isDefault: name === 'lab' });
  }
  inheritAll(program);
}

/** Has every command below print errors as this one does; each points to its own help. */
function inheritAll(command: Command): void {
  command.showHelpAfterError(hintFor(command));
  for (const below of command.commands) inheritAll(below.copyInheritedSettings(command));
}

/** Where to read what a command takes. */
function hintFor(command: Command): string {
  const names = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return `(try ${names.join(' ')} --help)`;
}

/** Whoever reads our output may stop before its end, as `head` does. A disk that is full is a failure. */
function stopUnlessPiped(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  say(`logoff-lab: standard output cannot be written: ${error.message}`);
  process.exit(4);
}

/** The lab is what runs without a command, so the parser would take a misspelt one for an argument of the lab. */
function unknownCommand(name: string, names: readonly string[]): LabError {
  const near = nearest(name, names);
  return new LabError(
    'usage',
    `there is no command "${name}"; ${near ? `did you mean ${near}?` : `there are ${names.join(', ')}`}`,
  );
}

function report(error: unknown, command: Command): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof LabError) {
    // A report of several lines begins on one of its own, so that terminals can follow its file:line:column.
    say(`logoff-lab:${error.message.includes('\n') ? '\n' : ' '}${error.message}`);
    if (error.code === 'usage') say(hintFor(command));
    return error.exitCode;
  }
  say(`logoff-lab: an error that should not have happened\n${error instanceof Error ? error.stack : String(error)}`);
  return 4;
}

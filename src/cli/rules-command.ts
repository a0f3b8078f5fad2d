import { Command } from 'commander';
import { LabError } from '../errors.ts';
import { certificateWarnings } from '../rules/explain-certificate.ts';
import { explainListener, explainRule } from '../rules/explain-rule.ts';
import { loadRules } from '../rules/load-rules.ts';
import { hashPassword } from '../rules/password-hash.ts';
import { rulesJsonSchema } from '../rules/rules-schema.ts';
import { describeStoreAddress } from '../sessions/store-address.ts';
import type { CommandContext } from './command-context.ts';
import { storeAddressFor } from './store-address-for.ts';

export function rulesCommand(_context: CommandContext): Command {
  const command = new Command('rules').description('publishing rules: check and explain them');
  command
    .command('check')
    .description('every problem with file:line:column, or each rule in one English sentence')
    .argument('<path>', 'a YAML file, or a folder of them')
    .addHelpText('after', '\nExample:\n  npx logoff-lab rules check rules/lab.yaml')
    .action(async (path: string) => {
      const ruleSet = await loadRules(path);
      const { listener, rules } = ruleSet;
      const store = storeAddressFor({ sessions: null, rules: path }, listener.sessions);
      const sessions = listener.sessions === null ? [] : [`Sessions: ${describeStoreAddress(store)}.`];
      const warnings = certificateWarnings(ruleSet, Date.now());
      process.stdout.write(`${[explainListener(listener), ...sessions, ...rules.map(explainRule), ...warnings].join('\n')}\n`);
    });
  command
    .command('schema')
    .description('prints the JSON Schema of a rules file, for editors')
    .action(() => {
      process.stdout.write(`${JSON.stringify(rulesJsonSchema(), null, 2)}\n`);
    });
  command
    .command('hash-password')
    .description('reads a password from standard input and prints its hash for a users file')
    .addHelpText('after', "\nExample:\n  printf '%s' 'correct horse' | npx logoff-lab rules hash-password")
    .action(async () => {
      const password = await readPassword();
      if (password === '')
        throw new LabError(
          'usage',
          "expected a password on standard input: printf '%s' '…' | npx logoff-lab rules hash-password",
        );
      process.stdout.write(`${await hashPassword(password)}\n`);
    });
  return command;
}

async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

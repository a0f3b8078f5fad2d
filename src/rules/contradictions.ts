import type { Fault } from './rules-error.ts';
import { rulesAtMost } from './rules-schema.ts';
import { entriesAt, isObject, valueAt } from './value-at.ts';

type Path = readonly PropertyKey[];

/**
 * Settings of one file that are right each by itself but not together. Looks at unchecked values, so that these are reported
 * along with everything else.
 */
export function contradictions(file: unknown): Fault[] {
  const rules = entriesAt(file, ['rules'], rulesAtMost);
  return [...ofValidation(file), ...rules.flatMap((rule) => ofRule(file, rule.path))];
}

function ofValidation(file: unknown): Fault[] {
  const path = ['listener', 'validate'];
  const validate = valueAt(file, path);
  if (!isObject(validate) || Array.isArray(validate)) return [];
  const [users, basic, ca] = ['users', 'basic', 'ca'].map((key) => Object.hasOwn(validate, key));
  if (users && basic)
    return [fault([...path, 'basic'], 'Passwords are validated by "users" or by "basic", not by both.', 'remove one of the two')];
  if (!users && !basic) {
    const hint = 'add `users: users.yaml`, or `basic: https://…` to ask a server';
    return [{ path, at: 'key', message: '"validate" says nobody who knows the passwords.', hint }];
  }
  if (!ca) return [];
  if (users) return [fault([...path, 'ca'], '"ca" belongs to "basic"; with "users" no server is asked.', 'remove it')];
  return withoutHttps([...path, 'ca'], validate['basic'], 'basic');
}

function ofRule(file: unknown, path: Path): Fault[] {
  const rule = valueAt(file, path);
  if (!isObject(rule)) return [];
  const ca = Object.hasOwn(rule, 'ca') ? withoutHttps([...path, 'ca'], rule['to'], 'to') : [];
  return [...ca, ...ofLogoff(rule['logoff'], [...path, 'logoff'])];
}

function withoutHttps(path: Path, url: unknown, key: string): Fault[] {
  if (typeof url !== 'string' || !/^http:/i.test(url)) return [];
  return [
    fault(path, `"ca" is given, but "${key}" is an http address, which has no certificate.`, 'remove `ca`, or write https'),
  ];
}

function ofLogoff(logoff: unknown, path: Path): Fault[] {
  if (!isObject(logoff)) return [];
  const { url, match, onLogoff } = logoff;
  const faults: Fault[] = [];
  const hasTarget = Object.hasOwn(logoff, 'redirectTo');
  if (onLogoff === 'redirect' && !hasTarget) {
    const message = '"onLogoff" is redirect, but there is no "redirectTo".';
    faults.push(fault([...path, 'onLogoff'], message, 'add `redirectTo: /bye` or an https address', 'value'));
  }
  if (onLogoff !== 'redirect' && hasTarget) {
    faults.push(
      fault(
        [...path, 'redirectTo'],
        '"redirectTo" is given, but "onLogoff" is not redirect.',
        'remove it, or add `onLogoff: redirect`',
      ),
    );
  }
  if (onLogoff === 'pass-through' && logoff['forwardToBackend'] === false) {
    const message = '"onLogoff" is pass-through, which answers what the back end answers, but "forwardToBackend" is false.';
    faults.push(fault([...path, 'forwardToBackend'], message, 'remove `forwardToBackend`, or use `onLogoff: page`'));
  }
  if (match === 'exact' && typeof url === 'string' && url !== '' && !url.startsWith('/')) {
    const message = '"match" is exact, but the logoff URL does not begin with /, as every path does; it would never match.';
    faults.push(fault([...path, 'url'], message, 'write the whole path, or use `match: contains`', 'value'));
  }
  return faults;
}

function fault(path: Path, message: string, hint: string, at: Fault['at'] = 'key'): Fault {
  return { path, at, message, hint };
}

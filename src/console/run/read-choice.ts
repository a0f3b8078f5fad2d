import { LabError } from '../../errors.ts';
import type { Profile } from '../../exchange/profile.ts';
import { isOffice365 } from '../../regression/cell.ts';
import { inputFor } from '../../runs/choose.ts';
import type { KnownCells } from '../../runs/known-cells.ts';
import { presetsOf } from '../../runs/presets.ts';
import type { RunInput } from '../../runs/run.ts';

export type Known = { profiles: ReadonlyMap<string, Profile>; cells: KnownCells };

/**
 * The run that a form asks for: a preset, a cell of the matrix, or a choice of its own; with a title. Throws not-found or bad-request with
 * every problem.
 */
export function chosenRun(form: URLSearchParams, { profiles, cells }: Known): { input: RunInput; title: string } {
  const [preset, cell] = [form.get('preset'), form.get('cell')];
  if (preset !== null) return presetNamed(preset, cells);
  if (cell !== null) return titled(cellNamed(cell, cells), profiles);
  const office365 = form.get('office365');
  if (office365 !== null) return titled(inputFor({ office365: caseIn(office365) }, profiles, cells), profiles);
  return titled(inputFor(exchangeChoice(form), profiles, cells), profiles);
}

/** In words that tell runs apart in a list; what exactly was chosen stands on the run's page. */
function titled(input: RunInput, profiles: Known['profiles']): { input: RunInput; title: string } {
  if (isOffice365(input)) return { input, title: `Office 365, ${input.profile}: ${input.action}` };
  const { profile, app, client, vdirAuth, signOutKindSource, logoffUrl } = input;
  const build = profiles.get(profile)?.title ?? profile;
  const files = signOutKindSource === 'changed' ? ', SignOutKind changed' : '';
  const watched = logoffUrl === null ? 'the rule watches for nothing' : `the rule watches for ${logoffUrl}`;
  return { input, title: `${build}: ${app.toUpperCase()} ${client}, ${vdirAuth}${files}; ${watched}` };
}

function presetNamed(name: string, cells: KnownCells): { input: RunInput; title: string } {
  const presets = presetsOf(cells);
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset) return preset;
  throw new LabError('bad-request', `there is no preset "${name}"; there are ${presets.map((one) => one.name).join(', ')}`);
}

function cellNamed(id: string, cells: KnownCells): RunInput {
  const cell = cells.get(id);
  if (!cell) throw new LabError('not-found', `there is no cell "${id}" that one browser can run`);
  return cell;
}

/** `literal/7b`: the profile, and the row behind its first slash. */
function caseIn(text: string): { profile: string; row: string } {
  const at = text.indexOf('/');
  return { profile: text.slice(0, Math.max(0, at)), row: text.slice(at + 1) };
}

/** No logoff URL means that the rule watches for nothing; `absent` that a web.config has no such key. */
function exchangeChoice(form: URLSearchParams) {
  const text = (name: string) => form.get(name) ?? '';
  const kind = (name: string) => (text(name) === 'absent' ? null : text(name));
  return {
    profile: text('profile'),
    vdirAuth: text('vdirAuth'),
    app: text('app'),
    client: text('client'),
    match: text('match'),
    logoffUrl: text('logoffUrl') || null,
    signOutKind: { feOwa: kind('feOwa'), beOwa: kind('beOwa'), beEcp: kind('beEcp') },
  };
}

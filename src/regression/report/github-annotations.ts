import { grouped } from './lay-out-text.ts';

/** GitHub shows ten annotations of a kind for each step. */
const MOST = 10;

/** What a person should see beside the build: which cell, and what is wrong with it. */
export type Problem = { title: string; message: string };

/**
 * Workflow commands that make the problems visible in a GitHub Actions run: the first as errors, and a notice that counts the
 * rest (an eleventh error would not be shown).
 */
export function githubAnnotations(problems: readonly Problem[]): string[] {
  const shown = problems.slice(0, MOST).map((problem) => annotation('error', problem));
  const rest = problems.length - shown.length;
  if (rest === 0) return shown;
  const message = `${grouped(rest)} more ${rest === 1 ? 'cell is' : 'cells are'} not as expected; the report has them all`;
  return [...shown, annotation('notice', { title: 'logoff-lab matrix', message })];
}

function annotation(command: 'error' | 'notice', { title, message }: Problem): string {
  return `::${command} title=${escapeProperty(title)}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

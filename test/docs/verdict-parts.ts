import type { Cell } from '../../src/regression/cell.ts';
import { verdictCodes } from '../../src/scenarios/verdict-codes.ts';
import { markdownTable } from './marked-parts.ts';

/** Where a code can be seen: cells that show it, tests that meet it; `looked` says where it is looked for and not found. */
type Shown = { cells: readonly string[]; tests?: readonly string[]; looked?: string };

const none: readonly string[] = [];
const ENDS = 'suite `ends` looks for it, and no cell shows it';

export const shownCodes: Readonly<Record<string, Shown>> = {
  'SO-01': { cells: ['office365/zones/1', 'office365/literal/7b'] },
  'SO-02': { cells: ['exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff', 'office365/single-sign-out/24a'] },
  'SO-03': { cells: ['exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff'] },
  'SO-04': { cells: ['office365/literal/7b', 'office365/zones/4a'] },
  'SO-05': { cells: none, looked: 'the rows with AD FS look for it, and no cell shows it' },
  'SO-06': {
    cells: ['office365/literal/7b', 'office365/single-sign-out/20d'],
    looked: 'suite `ends` looks for it at the gateway, and no cell shows it',
  },
  'SO-07': { cells: none, tests: ['[O-07, O-08] a cookie is deleted with the path and domain that it was set with'] },
  'SO-08': { cells: ['office365/zones/14a'] },
  'SO-09': {
    cells: [
      'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff',
      'exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/cmd',
    ],
  },
  'SO-10': { cells: ['exchange/2013-cu1/fba/owa/premium/direct/shipped'] },
  'SO-11': { cells: none, tests: ['a redirect loop is given up with the address it was at'] },
  'SO-12': {
    cells: none,
    tests: [
      'logoff: allow signs out at the word of another site, as TMG did',
      'logoff: ask ends nothing for another site, but shows a page with a link that does',
    ],
  },
  'SO-13': { cells: none, tests: ['[SO-13] single-sign-out: Back from the signed-out page shows no mail'] },
  'SO-14': { cells: none, tests: ['no answer may be stored, so that Back shows no mail; style and scripts may'] },
  'SO-15': { cells: none, looked: ENDS },
  'SO-16': { cells: none, looked: ENDS },
  'SO-17': { cells: ['office365/third-party-cookies-blocked/23a'] },
  'SO-18': {
    cells: none,
    tests: ['[O-11, SO-18] the page on which AD FS tells others of a sign-out goes on when their frames have answered'],
  },
  'SO-19': { cells: ['exchange/2010/basic/owa/premium/direct/shipped'] },
  'SO-20': { cells: none, looked: ENDS },
  'SO-21': { cells: none, looked: 'as with TMG, polling counts as use at the gateway (T-15); no cell carries the code' },
  'SO-22': { cells: ['exchange/2013-cu8/fba/owa/premium/gateway/shipped/logon'] },
};

export const cellsOfCodes: readonly string[] = Object.values(shownCodes).flatMap(({ cells }) => cells);

/** Everything between marks in `docs/reference/verdict-codes.md`. `ran` are cells that have run, those of the codes among them. */
export function verdictParts(ran: readonly Cell[]): ReadonlyMap<string, string> {
  const seen = (code: string, id: string) => ran.some((cell) => cell.id === id && cell.codes.includes(code));
  const rows = verdictCodes.map(({ code, name, meaning }) => {
    const { cells = none, tests = none, looked } = shownCodes[code] ?? {};
    const where = [
      ...cells.filter((id) => seen(code, id)).map((id) => `\`${id}\``),
      ...tests.map((title) => `test “${title}”`),
      looked ?? [],
    ].flat();
    return [`<a id="${code}"></a>${code}`, name, meaning, where.join('<br>')];
  });
  return new Map([['codes', markdownTable(['Code', 'Name', 'Means', 'Where to see it'], rows)]]);
}

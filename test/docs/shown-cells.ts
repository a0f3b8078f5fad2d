import { type CellInput, type ExchangeInput, isExchange, isOffice365 } from '../../src/regression/cell.ts';
import { caseOf } from '../../src/regression/cells.ts';
import { matches } from '../../src/regression/expectation-for.ts';
import { blogSentences } from '../../src/scenarios/blog-sentences.ts';
import type { SourceSentence } from '../../src/scenarios/source-sentence.ts';

/** Builds that tell the story, for tables that cannot show all of them. */
export const tellingBuilds = [
  ...['2007', '2010', '2013-rtm', '2013-cu1', '2013-cu6', '2013-cu8', '2013-cu9-announced', '2013-cu9-shipped'],
  ...['2016-rtm', 'se'],
];

/** Sign-outs that `docs/story.md` draws. */
export const drawn: Readonly<Record<string, string>> = {
  'diagram-2010': 'exchange/2010/basic/owa/premium/gateway/shipped/owa-logoff',
  'diagram-2010-cmd': 'exchange/2010/basic/owa/premium/gateway/shipped/cmd',
  'diagram-cu1-basic': 'exchange/2013-cu1/basic/owa/premium/gateway/shipped/owa-logoff',
  'diagram-cu1-fba': 'exchange/2013-cu1/fba/owa/premium/direct/shipped',
  'diagram-cu1-ecp': 'exchange/2013-cu1/fba/ecp/premium/direct/shipped',
  'diagram-announced-owa': 'exchange/2013-cu9-announced/fba/owa/premium/direct/shipped',
  'diagram-announced-ecp': 'exchange/2013-cu9-announced/fba/ecp/premium/direct/shipped',
  'diagram-announced-basic': 'exchange/2013-cu9-announced/basic/owa/premium/gateway/shipped/owa-logoff',
  'diagram-shipped-basic': 'exchange/2013-cu9-shipped/basic/owa/premium/gateway/shipped/owa-logoff',
  'diagram-mixed-farm': 'exchange/2013-cu9-announced@2013-cu6/fba/owa/premium/direct/shipped',
};

/** What `docs/office-365.md` draws. */
export const drawnOffice365 = {
  'diagram-literal': { id: 'office365/literal/7b', part: 'all' },
  'diagram-zones': { id: 'office365/zones/1', part: 'all' },
  'diagram-single-sign-out': { id: 'office365/single-sign-out/22b', part: 'all' },
  'diagram-adfs': { id: 'office365/single-sign-out/24a', part: 'click' },
  'diagram-adfs-next-visit': { id: 'office365/single-sign-out/24a', part: 'next visit' },
} as const;

/** As many cells as a sentence's row names. */
const MOST = 3;

/** For each of some sentences the cells that show it, one of each kind first, and how many there are in all. */
export function cellsOfSentences(
  cells: readonly CellInput[],
  sentences: readonly SourceSentence[],
): ReadonlyMap<string, { shown: readonly string[]; all: number }> {
  return new Map(
    sentences.map(({ id, shownBy }) => {
      const groups = shownBy.map((when) => cells.filter((cell) => matches(caseOf(cell), when)).map((cell) => cell.id));
      const inTurn = Array.from({ length: MOST }, (_, at) => groups.flatMap((group) => group[at] ?? [])).flat();
      return [id, { shown: [...new Set(inTurn)].slice(0, MOST), all: new Set(groups.flat()).size }];
    }),
  );
}

const isUsual = (cell: ExchangeInput) =>
  cell.suite === 'exchange' && cell.client === 'premium' && cell.options === null && cell.frontEnd === cell.profile;

/** The outcome table of the README. */
export const isInReadme = (cell: ExchangeInput) =>
  isLogoffString(cell) &&
  cell.vdirAuth === 'basic' &&
  cell.logoffUrl === '/owa/logoff.owa' &&
  tellingBuilds.includes(cell.profile);

/** OWA as shipped behind each logoff string. */
export const isLogoffString = (cell: ExchangeInput) =>
  isUsual(cell) &&
  cell.app === 'owa' &&
  cell.via === 'gateway' &&
  cell.signOutKindSource === 'shipped' &&
  (cell.vdirAuth === 'fba' || cell.vdirAuth === 'basic');

/** Every combination of the three keys on one build. */
export const isThreeFiles = (cell: ExchangeInput) =>
  isUsual(cell) &&
  cell.profile === '2013-cu9-shipped' &&
  cell.via === 'direct' &&
  (cell.vdirAuth === 'fba' || cell.vdirAuth === 'basic');

export const isInstallOrder = (cell: ExchangeInput) => cell.suite === 'install-order' && cell.via === 'direct';
export const isCoExistence = (cell: ExchangeInput) => cell.suite === 'co-existence';
export const isAddIn = (cell: ExchangeInput) => cell.suite === 'add-in';

/** Ids of every cell that a document shows, in the order of the matrix: all of Office 365's. */
export function shownIds(cells: readonly CellInput[]): string[] {
  const exchange = cells.filter(isExchange);
  const ofSentences = [...cellsOfSentences(exchange, blogSentences).values()].flatMap(({ shown }) => shown);
  const ids = new Set([...Object.values(drawn), ...ofSentences]);
  const parts = [isLogoffString, isThreeFiles, isInstallOrder, isCoExistence, isAddIn];
  const shown = exchange.filter((cell) => ids.has(cell.id) || parts.some((isShown) => isShown(cell)));
  return [...shown, ...cells.filter(isOffice365)].map(({ id }) => id);
}

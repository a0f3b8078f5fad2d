import { type Html, html } from '../html.ts';
import type { Hop, Leg, Party } from './hop.ts';

/** What parties are called on a page. */
export const partyNames: Readonly<Record<Party, string>> = {
  gateway: 'TMG',
  'front-end': 'Front end',
  mailbox: 'Mailbox',
  adfs: 'AD FS',
  'logon-server': 'Logon server',
  portal: 'Portal',
  owa: 'OWA',
  sharepoint: 'SharePoint',
};

/** More cookies than that are folded away. */
const COOKIES_SHOWN = 3;

type HopSession = Hop['sessions'][number];

/** What the outermost party was asked and answered: all that a browser sees. */
export function browserCell({ legs: [outermost] }: Hop, deciding: boolean, folds: boolean): Html {
  const mark = deciding && html`<strong class="decides" id="decides">decides</strong> `;
  if (!outermost || outermost.method === '') return html`<p class="line">${mark}No request</p>${outermost && answer(outermost)}`;
  return html`<p class="line">${mark}<b>${outermost.method}</b> <code><span class="host">${nameOf(outermost.host)}</span>${outermost.target}</code></p>
${answer(outermost)}${(['sent', 'set', 'cleared'] as const).map((did) => cookieLine(did, outermost[did], { folds }))}`;
}

export type PartyCell = {
  legs: readonly Leg[];
  sessions: readonly HopSession[];
  /** What the browser sees, which is not said again. */
  browser: Leg | undefined;
  /** The lane's heading: parties that are called otherwise are called by their name. */
  title: string;
} & CellView;

type CellView = {
  factsAt: string | null;
  /** Many cookies are folded away. Not where there are thousands of rows: with each element that folds all changes to a page become slower. */
  folds: boolean;
};

/** What the parties of one lane did with a hop; of those that were not asked, which session they still have. */
export function partyCell({ legs, sessions, browser, title, ...view }: PartyCell): Html {
  const others = sessions.filter(({ party }) => !legs.some((leg) => leg.party === party));
  const name = (party: Party) => partyNames[party] !== title && html`<b>${partyNames[party]}</b> `;
  return html`${legs.map((leg) => {
    const heading = name(leg.party) && html`<p class="line">${name(leg.party)}</p>`;
    const own = sessions.filter(({ party }) => party === leg.party);
    return html`<div class="leg">${heading}${legBody(leg, browser, view)}${own.map((one) => sessionLine(one, 'from before'))}</div>`;
  })}${legs.length === 0 && html`<p class="line quiet">not asked</p>`}${others.map((session) =>
    sessionLine(session, 'not told', name(session.party)),
  )}`;
}

function legBody(leg: Leg, browser: Leg | undefined, { factsAt, folds }: CellView): Html {
  const notes = leg.notes.map(({ sentence, facts }) => html`<p class="note">${sentence}${factLinks(facts, factsAt)}</p>`);
  const isGateway = leg.party === 'gateway';
  const anonymous = !isGateway && leg.method !== '' && html`<p class="line quiet">anonymous</p>`;
  const who = leg.identity === null ? anonymous : html`<p class="line">as ${leg.identity}</p>`;
  const rest = leg.facts.length > 0 && html`<p class="line">answer rests on${factLinks(leg.facts, factsAt)}</p>`;
  const nobody =
    isGateway && leg.status !== null && leg.session === null && html`<p class="line quiet">no session in this request</p>`;
  return html`${leg !== browser && differences(leg, browser, folds)}${notes}${who}${rest}${nobody}`;
}

/** A host without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** Of a request behind the outermost party only what is not as the browser saw it. */
function differences(leg: Leg, browser: Leg | undefined, folds: boolean): Html {
  const askedOtherwise = leg.method !== browser?.method || leg.target !== browser.target;
  const answeredOtherwise = leg.status !== browser?.status || leg.location !== browser.location;
  const request = leg.method !== '' && html`<p class="line"><b>${leg.method}</b> <code>${leg.target}</code></p>`;
  const cookies = (['sent', 'set', 'cleared'] as const)
    .filter((did) => leg[did].join('\n') !== browser?.[did].join('\n'))
    .map((did) => cookieLine(did, leg[did], { folds, evenNone: true }));
  const same = !askedOtherwise && !answeredOtherwise && html`<p class="line quiet">same request, same answer</p>`;
  return html`${same}${askedOtherwise && request}${answeredOtherwise && answer(leg)}${cookies}`;
}

function answer({ method, status, location, outcome }: Leg): Html | null {
  const why = outcome === 'client-gone' ? 'the client left' : outcome === 'cut-off' ? 'the answer was cut off' : '';
  if (status === null) return method === '' ? null : html`<p class="line status">${why || 'no answer yet'}</p>`;
  const to = location !== null && html` to <code>${location}</code>`;
  return html`<p class="line status">answers <b class="code s${Math.floor(status / 100)}">${status}</b>${to}${why && `, ${why}`}</p>`;
}

const verbs = { sent: 'sends', set: 'sets', cleared: 'clears' } as const;

/** `evenNone`: where the browser saw some, none is worth a line. */
function cookieLine(
  did: keyof typeof verbs,
  names: readonly string[],
  { folds, evenNone = false }: { folds: boolean; evenNone?: boolean },
): Html | null {
  if (names.length === 0) return evenNone ? html`<p class="cookies ${did}">${verbs[did]} no cookie</p>` : null;
  const list = names.map((name, at) => html`${at > 0 && ', '}<code>${name}</code>`);
  if (names.length <= COOKIES_SHOWN || !folds) return html`<p class="cookies ${did}">${verbs[did]} ${list}</p>`;
  return html`<details class="cookies ${did}"><summary>${verbs[did]} ${names.length} cookies</summary>${list}</details>`;
}

/** The states that a stylesheet knows. */
const known = new Set(['started', 'opened', 'alive', 'ending', 'ended', 'cookie-cleared']);

function sessionLine({ id, state, reason, told }: HopSession, untold: string, name: Html | false = false): Html {
  const shown = html`<span class="session ${known.has(state) ? state : 'other'}">session <code>${id}</code> ${state.replaceAll('-', ' ')}</span>`;
  const why = reason !== undefined && ` (${reason})`;
  return html`<p class="line${!told && ' quiet'}">${name}${shown}${why}${!told && `, ${untold}`}</p>`;
}

function factLinks(facts: readonly string[], factsAt: string | null): Html | null {
  if (facts.length === 0) return null;
  const links = facts.map((id, at) => html`${at > 0 && ' '}${factsAt === null ? id : html`<a href="${factsAt}${id}">${id}</a>`}`);
  return html` <span class="facts">[${links}]</span>`;
}

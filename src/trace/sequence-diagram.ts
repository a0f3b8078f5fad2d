import { showLocation, showSentence, showTarget } from './show-target.ts';
import type { TraceEvent } from './trace-event.ts';

type Party = TraceEvent['party'];
type Who = Party | 'browser';

/** Something to say over the browser, before whatever has a number of `seq` or more. */
export type DiagramRemark = { seq: number; text: string };

type Step = { note: string; over: Who } | { from: Who; to: Who; dashed: boolean; text: string };

/** Left to right. Who stands further left asks who stands further right. */
const columns: Readonly<Record<Who, { id: string; title: string; rank: number }>> = {
  browser: { id: 'B', title: 'Browser', rank: 0 },
  gateway: { id: 'G', title: 'Gateway', rank: 1 },
  'front-end': { id: 'C', title: 'Client Access', rank: 2 },
  mailbox: { id: 'M', title: 'Mailbox', rank: 3 },
  adfs: { id: 'A', title: 'AD FS', rank: 2 },
  'logon-server': { id: 'L', title: 'Logon server', rank: 2 },
  portal: { id: 'P', title: 'Portal', rank: 2 },
  owa: { id: 'O', title: 'Outlook Web App', rank: 2 },
  sharepoint: { id: 'S', title: 'SharePoint', rank: 2 },
};

/** A line of a note or arrow is broken at a blank before it gets longer than this. */
const WIDTH = 48;

/** What nobody wants to see in a diagram: scripts, styles, pictures and the questions of those who watch over a server. */
const noise = /\.(css|gif|ico|jpe?g|js|png|svg|woff2?)$|\/(healthcheck\.htm|livez|readyz)$/i;

/**
 * What happened, as the text of a Mermaid sequence diagram that ends with a line break. The same events on other ports, with other
 * ids, secrets and times make the same text. A request that passes through several servers is one exchange of them all.
 */
export function sequenceDiagram(events: readonly TraceEvent[], remarks: readonly DiagramRemark[] = []): string {
  const exchanges = exchangesOf(events).filter((exchange) => !isNoise(exchange));
  const parts: [seq: number, steps: Step[]][] = [
    ...remarks.map(({ seq, text }): [number, Step[]] => [seq, [{ note: text, over: 'browser' }]]),
    ...exchanges.map((exchange): [number, Step[]] => [firstOf(exchange).seq, stepsOf(exchange, 'browser')]),
  ];
  const steps = mergeNotes(parts.sort(([a], [b]) => a - b).flatMap(([, some]) => some));
  const seen = new Set(steps.flatMap((step) => ('note' in step ? [step.over] : [step.from, step.to])));
  const participants = (Object.keys(columns) as Who[]).filter((who) => seen.has(who));
  const lines = [
    'sequenceDiagram',
    ...participants.map((who) => `    participant ${columns[who].id} as ${columns[who].title}`),
    ...steps.map((step) => `    ${lineOf(step)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Text as it may stand behind the colon of a Mermaid line. Mermaid writes a character as `#`, its number and `;`. Whatever could
 * mean something to Mermaid (`;` and line ends finish a statement, `#` and `%%` begin a comment, `$$` a formula) or to the HTML that it
 * makes is written so.
 */
export function escapeMermaid(text: string): string {
  return (
    text
      .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .replace(/[^\p{L}\p{N} .,:/?=%()"'’“”+*!@~|^_[\]{}→…–-]|(?<=%)%/gu, (char) => `#${char.codePointAt(0)};`)
      // Mermaid takes a line with one of these words, a colon and a number sign for a style, and drops its last semicolon.
      .replace(/style|classDef/g, (word) => `#${word.codePointAt(0)};${word.slice(1)}`)
  );
}

/** Events of the same exchange together, in the order in which the exchanges began. */
function exchangesOf(events: readonly TraceEvent[]): TraceEvent[][] {
  const exchanges: TraceEvent[][] = [];
  const open = new Map<string, TraceEvent[]>();
  for (const event of events) {
    const found = open.get(event.exchange);
    if (found && event.exchange !== '' && !beginsAnew(found, event)) found.push(event);
    else {
      open.set(event.exchange, [event]);
      exchanges.push(open.get(event.exchange) as TraceEvent[]);
    }
  }
  return exchanges;
}

/** An id is the client's to choose, so it may come back: then a party that has answered is asked once more. */
function beginsAnew(exchange: readonly TraceEvent[], { kind, party }: TraceEvent): boolean {
  return kind === 'request' && exchange.some((event) => event.party === party && event.kind === 'response');
}

function isNoise(exchange: readonly TraceEvent[]): boolean {
  return exchange.some(({ kind, target }) => kind === 'request' && noise.test((target ?? '').replace(/\?.*$/s, '')));
}

function firstOf(exchange: readonly TraceEvent[]): TraceEvent {
  return exchange[0] as TraceEvent;
}

/** What the leftmost party says of it, and in between what the others say. A mock writes its request down only once it is answered. */
function stepsOf(exchange: readonly TraceEvent[], caller: Who): Step[] {
  if (exchange.length === 0) return [];
  const leftmost = Math.min(...exchange.map(({ party }) => columns[party].rank));
  const own = exchange.filter(({ party }) => columns[party].rank === leftmost);
  const inner = exchange.filter(({ party }) => columns[party].rank > leftmost);
  const asked = own.findIndex(({ kind }) => kind === 'request') + 1;
  const answered = own.findIndex(({ kind }) => kind === 'response');
  const before = own.filter(({ seq }) => seq < (inner[0]?.seq ?? 0)).length;
  const at = Math.min(Math.max(before, asked), answered < 0 ? own.length : answered);
  const tell = (events: readonly TraceEvent[]) => events.flatMap((event) => stepsOfEvent(event, caller));
  return [...tell(own.slice(0, at)), ...stepsOf(inner, firstOf(own).party), ...tell(own.slice(at))];
}

function stepsOfEvent(event: TraceEvent, caller: Who): Step[] {
  const { kind, party, method, target, session } = event;
  if (kind === 'request') {
    const asked: Step = { from: caller, to: party, dashed: false, text: `${method ?? '?'} ${showTarget(target ?? '')}` };
    return [asked, ...noteOn(party, sessionNews(session))];
  }
  if (kind === 'response') return [{ from: party, to: caller, dashed: true, text: answerOf(event) }];
  const said = sessionNews(kind === 'session' ? session : undefined) || showSentence(event.sentence ?? '', target);
  return noteOn(party, withFacts(said, event));
}

function noteOn(over: Who, note: string): Step[] {
  return note === '' ? [] : [{ note, over }];
}

function sessionNews(session: TraceEvent['session']): string {
  if (session?.state !== 'started' && session?.state !== 'ended') return '';
  return `session ${session.state}${session.reason ? `: ${session.reason}` : ''}`;
}

function answerOf(event: TraceEvent): string {
  const location = event.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1];
  const status = `${event.status ?? '?'}${location ? ` to ${showLocation(location, event.host)}` : ''}`;
  const lines = [withFacts(status, event), cookiesThat(event, 'cleared', 'clears'), cookiesThat(event, 'set', 'sets')];
  return lines.filter(Boolean).join('\n');
}

function cookiesThat({ cookies = [] }: TraceEvent, did: 'set' | 'cleared', verb: string): string {
  const names = cookies.filter((cookie) => cookie.did === did).map(({ name }) => name);
  return names.length > 0 ? `${verb} ${names.join(', ')}` : '';
}

function withFacts(text: string, { facts = [] }: TraceEvent): string {
  return facts.length > 0 && text !== '' ? `${text} [${facts.join(', ')}]` : text;
}

/** What a server says in one go becomes one note. */
function mergeNotes(steps: readonly Step[]): Step[] {
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.at(-1);
    if (last && 'note' in last && 'note' in step && last.over === step.over && step.over !== 'browser')
      last.note += `\n${step.note}`;
    else merged.push({ ...step });
  }
  return merged;
}

function lineOf(step: Step): string {
  if ('note' in step) return `Note over ${columns[step.over].id}: ${layOut(step.note)}`;
  return `${columns[step.from].id}${step.dashed ? '-->>' : '->>'}${columns[step.to].id}: ${layOut(step.text)}`;
}

/** Escaped, and broken into lines that are not too long, so that the columns do not stand too far apart. */
function layOut(text: string): string {
  const rows: string[] = [];
  for (const line of text.split('\n')) {
    let row = '';
    for (const word of line.split(' ')) {
      if (row !== '' && row.length + word.length >= WIDTH) {
        rows.push(row);
        row = word;
      } else row = row === '' ? word : `${row} ${word}`;
    }
    rows.push(row);
  }
  return rows.map(escapeMermaid).join('<br/>');
}

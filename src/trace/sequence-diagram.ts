import { exchangesOf, isUnseen, ranks } from './exchanges.ts';
import { showLocation, showSentence, showTarget } from './show-target.ts';
import type { TraceEvent } from './trace-event.ts';

type Party = TraceEvent['party'];
type Who = Party | 'browser';

/** Something to say over the browser, before whatever has a number of `seq` or more. */
export type DiagramRemark = { seq: number; text: string };

type Step = { note: string; over: Who } | { from: Who; to: Who; dashed: boolean; text: string };

/** Left to right. */
const columns: Readonly<Record<Who, { id: string; title: string }>> = {
  browser: { id: 'B', title: 'Browser' },
  gateway: { id: 'G', title: 'Gateway' },
  'front-end': { id: 'C', title: 'Client Access' },
  mailbox: { id: 'M', title: 'Mailbox' },
  adfs: { id: 'A', title: 'AD FS' },
  'logon-server': { id: 'L', title: 'Logon server' },
  portal: { id: 'P', title: 'Portal' },
  owa: { id: 'O', title: 'Outlook Web App' },
  sharepoint: { id: 'S', title: 'SharePoint' },
};

/** A line of a note or arrow is broken at a blank before it gets longer than this. */
const WIDTH = 48;

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

function isNoise(exchange: readonly TraceEvent[]): boolean {
  return exchange.some(({ kind, target }) => kind === 'request' && isUnseen(target ?? ''));
}

function firstOf(exchange: readonly TraceEvent[]): TraceEvent {
  return exchange[0] as TraceEvent;
}

/** What the leftmost party says of it, and in between what the others say. A mock writes its request down only once it is answered. */
function stepsOf(exchange: readonly TraceEvent[], caller: Who): Step[] {
  if (exchange.length === 0) return [];
  const leftmost = Math.min(...exchange.map(({ party }) => ranks[party]));
  const own = exchange.filter(({ party }) => ranks[party] === leftmost);
  const inner = exchange.filter(({ party }) => ranks[party] > leftmost);
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

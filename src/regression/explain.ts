import type { ExchangeInput, Judged } from './cell.ts';

/** What the judge is told of a cell, or of somebody's own proxy; there, nobody may know what it watches for (`logoffUrl` undefined). */
export type Tried = Pick<ExchangeInput, 'via' | 'vdirAuth' | 'match'> & { logoffUrl: string | null | undefined };

/** One English sentence: what the sign-out did, why the logoff string hit or missed, and what it left. */
export function explain(tried: Tried, result: Judged): string {
  if (result.clientAction === null)
    return `Nobody can sign in: ${result.detectedBy}, on the way to the logon form, already matches the published server logoff URL "${tried.logoffUrl}", so the gateway ends its session at each logon.`;
  if (result.addIn !== null) return explainAddIn(result);
  return `${whatTheClickDid(tried, result)} ${whatItLeft(tried, result)}`;
}

function explainAddIn({ addIn, landing, requests }: Judged): string {
  const chain = requests.map((request) => request.target).join(', then ');
  const verdict = addIn === 'works' ? 'it takes that for the end of its sign-out' : 'it expected the logon page, and breaks';
  return `The add-in requested ${chain} and ended on ${landing ?? 'nothing'}: ${verdict}.`;
}

function whatTheClickDid(tried: Tried, { clientAction, requests, detectedBy, landing }: Judged): string {
  const { via, logoffUrl } = tried;
  const chain = requests.map((request) => request.target).join(', then ');
  if (detectedBy !== null)
    return `The client requested ${chain}${whyItHit(tried, requests.length, detectedBy)} ended its session;`;
  if (clientAction === 'dialog') {
    const gateway = via === 'gateway' && logoffUrl ? `, so nothing could match "${logoffUrl}"` : '';
    return `The client showed its dialog "close all browser windows" and requested nothing${gateway};`;
  }
  const walked = `The client requested ${chain}${/\/errorFE\.aspx$/i.test(landing ?? '') ? ', and ended on an error page' : ''}`;
  return via === 'gateway' ? `${walked}${whyItMissed(tried)};` : `${walked};`;
}

function whyItHit(tried: Tried, requests: number, detectedBy: string): string {
  if (tried.logoffUrl === undefined) return `; the gateway took ${detectedBy} for the sign-out and`;
  const which = requests === 1 ? ', which matches' : '; the last matches';
  return `${which} the published server logoff URL "${tried.logoffUrl}"${howMatched(tried)}, so the gateway`;
}

function whyItMissed(tried: Tried): string {
  if (tried.logoffUrl === undefined) return ': the gateway took nothing of that for a sign-out';
  if (tried.logoffUrl === null) return ', and the rule watches for no logoff URL';
  return `: none matches "${tried.logoffUrl}"${howMatched(tried)}`;
}

function howMatched({ match }: Tried): string {
  return match === 'contains' || match === null ? '' : ` (${match})`;
}

function whatItLeft({ vdirAuth }: Tried, { outcome, promptedBy, proxySession, backendSession }: Judged): string {
  if (outcome === 'session-alive') return 'the next visit finds the same session, still signed in.';
  if (outcome === 'silent-relogin') {
    const who =
      proxySession === 'alive' && vdirAuth !== 'digest'
        ? 'the gateway delegates the credentials that it still holds'
        : 'the browser still sends the credentials that it holds';
    return `the next visit makes a new Exchange session without asking, because ${who}.`;
  }
  const form = vdirAuth === 'adfs' ? "AD FS's form" : "Exchange's own form";
  if (promptedBy === 'backend' && proxySession === 'alive')
    return `the next visit meets ${form}, while the gateway's session lives on.`;
  if (promptedBy === 'backend') return `the next visit meets ${form}.`;
  return backendSession === 'alive'
    ? "the next visit meets the gateway's form, though Exchange was never told and keeps its session."
    : "the next visit meets the gateway's form.";
}

import type { ExchangeInput, Judged } from './cell.ts';

/** One English sentence: what the sign-out did, why the logoff string hit or missed, and what it left. */
export function explain(cell: ExchangeInput, result: Judged): string {
  if (result.clientAction === null)
    return `Nobody can sign in: ${result.detectedBy}, on the way to the logon form, already matches the published server logoff URL "${cell.logoffUrl}", so the gateway ends its session at each logon.`;
  if (result.addIn !== null) return explainAddIn(result);
  return `${whatTheClickDid(cell, result)} ${whatItLeft(cell, result)}`;
}

function explainAddIn({ addIn, landing, requests }: Judged): string {
  const chain = requests.map((request) => request.target).join(', then ');
  const verdict = addIn === 'works' ? 'it takes that for the end of its sign-out' : 'it expected the logon page, and breaks';
  return `The add-in requested ${chain} and ended on ${landing ?? 'nothing'}: ${verdict}.`;
}

function whatTheClickDid(
  { via, logoffUrl, match }: ExchangeInput,
  { clientAction, requests, detectedBy, landing }: Judged,
): string {
  const chain = requests.map((request) => request.target).join(', then ');
  const how = match === 'contains' || match === null ? '' : ` (${match})`;
  if (detectedBy !== null) {
    const which = requests.length === 1 ? ', which matches' : '; the last matches';
    return `The client requested ${chain}${which} the published server logoff URL "${logoffUrl}"${how}, so the gateway ended its session;`;
  }
  if (clientAction === 'dialog') {
    const gateway = via === 'gateway' && logoffUrl !== null ? `, so nothing could match "${logoffUrl}"` : '';
    return `The client showed its dialog "close all browser windows" and requested nothing${gateway};`;
  }
  const walked = `The client requested ${chain}${/\/errorFE\.aspx$/i.test(landing ?? '') ? ', and ended on an error page' : ''}`;
  if (via === 'gateway' && logoffUrl === null) return `${walked}, and the rule watches for no logoff URL;`;
  return via === 'gateway' ? `${walked}: none matches "${logoffUrl}"${how};` : `${walked};`;
}

function whatItLeft({ vdirAuth }: ExchangeInput, { outcome, promptedBy, proxySession, backendSession }: Judged): string {
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

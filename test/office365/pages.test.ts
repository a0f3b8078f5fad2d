import test from 'ava';
import { parse } from 'node-html-parser';
import type { Answer } from '../send-request.ts';
import { ALICE, HOUR, type Place, query, services, startOffice365 } from './rig.ts';

/** Every page of the mock, and every answer on the way to them. */
async function everyAnswer(start: Parameters<typeof startOffice365>[0]): Promise<[title: string, answer: Answer][]> {
  const { at, browser, signInUrl } = await startOffice365(start, { profile: 'single-sign-out' });
  const alice = browser();
  await alice.openAll(at);
  const asked: [Place, string][] = [
    ['portal', '/'],
    ['owa', '/owa/'],
    ['contoso', '/'],
    ['team', '/Shared%20Documents/Plan.docx'],
    ['owa', '/owa/auth/signout.aspx'],
    ['owa', '/nothing'],
    ['login', '/nothing'],
    ['login', '/login.srf'],
    ['owa', '/owa/logoff.owa'],
    ['portal', '/landing.aspx?wa=wsignoutcleanup1.0'],
    ['portal', '/'],
    ['owa', '/owa/auth/logoff.aspx?src=exch'],
    ['login', '/logout.srf'],
    ['login', '/login.srf?wa=wsignoutcleanup1.0'],
    ['login', '/logout.srf?wreply=x'],
  ];
  const answers: [string, Answer][] = [];
  answers.push(['the form', await browser().get(signInUrl('owa'))], ['the token', await alice.get(signInUrl('owa'))]);
  for (const [place, path] of asked) answers.push([`${place}${path}`, await alice.get(at(place, path))]);
  const { action, fields } = await browser().tokenPage(at('owa'));
  answers.push(['a token taken', await alice.post(action, fields)], ['a token refused', await alice.post(action, fields)]);
  const { search } = new URL(signInUrl('owa'));
  answers.push(['a wrong password', await alice.post(at('login', `/ppsecure/post.srf${search}`), { ...ALICE, passwd: 'x' })]);
  answers.push(['no such host', await alice.ask('GET', at('owa'), { Host: 'x' })]);
  return answers;
}

test('no answer may be stored, so that Back shows no mail; style and scripts may', async (t) => {
  for (const [title, { headers }] of await everyAnswer(t)) t.regex(headers['cache-control'] ?? '', /\bno-store\b/, title);
  const { at, browser } = await startOffice365(t);
  for (const file of ['page.css', 'services.css', 'page.js', 'go.js', 'post-token.js']) {
    const { status, headers } = await browser().get(at('owa', `/static/${file}`));
    t.deepEqual([status, headers['cache-control']], [200, 'public, max-age=300']);
    t.regex(headers['content-type'] ?? '', file.endsWith('css') ? /^text\/css/ : /javascript/);
  }
});

test('the page for an unknown host finds its styles at that host', async (t) => {
  const { at, browser } = await startOffice365(t);
  const stranger = browser();
  const { body } = await stranger.ask('GET', at('owa'), { Host: 'x' });
  const styles = parse(body).querySelectorAll('link[rel=stylesheet]');
  t.is(styles.length, 2);
  for (const style of styles) {
    const { status, headers } = await stranger.ask('GET', at('owa', style.getAttribute('href') ?? ''), { Host: 'x' });
    t.deepEqual([status, headers['content-type']], [200, 'text/css; charset=utf-8']);
  }
});

test('no page has a script, style or handler in it, or loads one from elsewhere', async (t) => {
  let pages = 0;
  for (const [title, { headers, body }] of await everyAnswer(t)) {
    if (!/html/.test(headers['content-type'] ?? '') || !/<h1>/.test(body)) continue;
    pages++;
    const root = parse(body);
    t.regex(body, /^<!doctype html>\n<html lang="en"/, title);
    for (const script of root.querySelectorAll('script')) {
      const isData = script.getAttribute('type') === 'application/json';
      t.deepEqual([script.text !== '', script.hasAttribute('src')], [isData, !isData], title);
    }
    for (const element of root.querySelectorAll('script[src], link[rel=stylesheet], img'))
      t.regex(element.getAttribute('src') ?? element.getAttribute('href') ?? '', /^\/static\/[\w-]+\.(js|css)$/, title);
    t.is(root.querySelectorAll('style, base, object, embed, meta[http-equiv], [style]').length, 0, title);
    t.notRegex(body, /<[^>]*\son\w+=/, title);
    t.notRegex(body, /href="javascript:/i, title);
  }
  t.true(pages >= 15, String(pages));
});

test('a page shows who is signed in, since when, and the way to the other services', async (t) => {
  const { at, browser } = await startOffice365(t);
  const alice = browser();
  for (const place of services) {
    const root = parse((await alice.open(at(place), ALICE)).answer.body);
    t.is(root.querySelector('#user small')?.text, 'lab\\alice');
    t.regex(root.querySelector('dl')?.text ?? '', /2015-06-17 00:00:00 UTC/);
    t.deepEqual(
      root.querySelectorAll('nav a').map((link) => link.getAttribute('href') ?? ''),
      services.filter((other) => other !== place).map((other) => at(other)),
    );
  }
});

test('[O-03] a document of SharePoint is there for who is signed in, and for nobody else', async (t) => {
  const { at, browser } = await startOffice365(t);
  const document = at('contoso', '/Shared%20Documents/Plan.docx');
  const visit = await browser().open(document, ALICE);
  t.deepEqual([visit.url, visit.answer.status], [document, 200]);
  t.regex(visit.answer.headers['content-type'] ?? '', /^text\/plain/);
  const { status, location, body } = await browser().get(document);
  t.is(status, 302);
  t.is(new URL(location).searchParams.get('wctx'), '/Shared%20Documents/Plan.docx');
  t.notRegex(body, /plan:/);
});

test('no password, token or cookie value is written down, wherever somebody puts it', async (t) => {
  const rig = await startOffice365(t, { options: { invalidation: 'on' } });
  const { at, browser, clock, recorder, secrets } = rig;
  for (const profile of ['zones', 'literal', 'single-sign-out']) {
    rig.office365.configure({ profile });
    const alice = browser();
    await alice.openAll(at);
    const { fields, action } = await alice.tokenPage(rig.signInUrl('owa'));
    await alice.get(`${action}?${query(fields)}`);
    await alice.get(rig.signInUrl('contoso', { wresult: fields['t'] ?? '' }));
    await browser().post(action, { ...fields, wctx: '//x' });
    await browser().open(at('owa'), { ...ALICE, passwd: 'Wr0ngPassword' });
    await browser().get(at('login', `/ppsecure/post.srf?${query({ ...ALICE, passwd: 'Wr0ngPassword' })}`));
    await alice.ask('GET', at('owa'), { Referer: `${action}?${query(fields)}`, Authorization: `Bearer ${fields['t']}` });
    for (const path of ['/owa/logoff.owa', '/owa/']) await alice.open(at('owa', path), ALICE);
    await alice.open(at('team', '/_layouts/15/SignOut.aspx'));
    clock.advance(HOUR);
  }
  const text = JSON.stringify(recorder.read().events);
  const values = [...secrets, ALICE.passwd, 'Wr0ngPassword'].filter((value) => value.length > 1);
  t.true(values.length > 40 && recorder.read().events.length > 100);
  for (const value of values) t.false(text.includes(value), value);
});

test('pages may do nothing at other sites; those of the logon server may post tokens there and tell of a sign-out in frames', async (t) => {
  const { at, browser, signInUrl } = await startOffice365(t, { profile: 'single-sign-out' });
  const alice = browser();
  await alice.openAll(at);
  const policyOf = async (url: string) => {
    const { headers } = await alice.get(url);
    t.is(headers['x-content-type-options'], 'nosniff', url);
    t.is(headers['referrer-policy'], 'same-origin', url);
    return String(headers['content-security-policy']);
  };
  for (const service of services) {
    const policy = await policyOf(at(service));
    t.regex(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    t.regex(policy, /form-action 'none'; frame-src 'none'$/);
  }
  for (const url of [signInUrl('owa'), at('login', '/logout.srf')])
    t.regex(await policyOf(url), /form-action http: https:; frame-src http: https:$/);
});

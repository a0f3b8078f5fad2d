import test from 'ava';
import { parse } from 'node-html-parser';
import type { Har } from '../../src/trace/har.ts';
import { startRunPages } from './run-rig.ts';

const targetsOf = ({ log }: Har) => log.entries.map(({ request }) => `${request.method} ${new URL(request.url).pathname}`);

test('a run is saved in each format, under a name of its own', async (t) => {
  const { drive, ask } = await startRunPages(t);
  const { path } = await drive({ preset: 'cu9-as-announced' });
  const save = async (format: string) => {
    const { status, headers, text } = await ask('GET', `${path}/export?format=${format}`);
    t.is(status, 200, format);
    t.is(headers['cache-control'], 'no-store');
    return {
      text,
      type: headers['content-type'],
      name: /^attachment; filename="(.+)"$/.exec(headers['content-disposition'] ?? '')?.[1],
    };
  };
  const har = await save('har');
  t.is(har.name, 'run-1.har');
  const browser = JSON.parse(har.text) as Har;
  t.is(browser.log.version, '1.2');
  t.true(targetsOf(browser).includes('GET /owa/logoff.owa'));
  // The gateway takes the sign-out for itself: nobody behind it is asked.
  const backEnd = JSON.parse((await save('har-back-end')).text) as Har;
  t.false(targetsOf(backEnd).includes('GET /owa/logoff.owa'));
  t.true(targetsOf(backEnd).includes('GET /owa/'));

  t.regex((await save('mermaid')).text, /^sequenceDiagram\n[\s\S]*Note over B: Signing out\n {4}B->>G: GET \/owa\/logoff\.owa\n/);
  const { text: markdown } = await save('markdown');
  t.regex(markdown, /^# CU9 as announced\n\n\*\*Signed out\.\*\* The client requested/);
  t.regex(markdown, /as expected \[doc: E-11/);
  t.regex((await save('junit')).text, /tests="1" failures="0" errors="0" skipped="0"/);

  const json = JSON.parse((await save('json')).text);
  t.is(json.schema, 'logoff-lab/run@1');
  t.like(json.run, {
    id: 'run-1',
    state: 'judged',
    how: 'driven',
    verdict: { cell: { detected: true, outcome: 'prompt', ttl: null } },
  });
  t.true(json.events.length > 20);

  const file = await save('html');
  t.is(file.name, 'run-1.html');
  const root = parse(file.text);
  t.is(root.querySelector('.headline')?.text, 'Signed out');
  t.is(root.querySelectorAll('script, a, form, link[rel=stylesheet], img').length, 0);
});

test('a diagram says that the click on Sign out requested nothing', async (t) => {
  const { drive, ask } = await startRunPages(t);
  const { path } = await drive({ preset: 'cu1-breaks-it' });
  const { text } = await ask('GET', `${path}/export?format=mermaid`);
  t.regex(text, /Note over B: Signing out: the click requests nothing\n {4}Note over B: The same address again\n/);
});

test('a run without a verdict is saved too, and counts as skipped', async (t) => {
  const { begin, drive, ask } = await startRunPages(t);
  const path = await begin({ preset: 'cu1-breaks-it', how: 'by hand' });
  await drive({ preset: 'cu9-as-announced' });
  const save = async (format: string) => (await ask('GET', `${path}/export?format=${format}`)).text;
  t.regex(await save('junit'), /tests="1" failures="0" errors="0" skipped="1"[\s\S]*<skipped/);
  t.regex(await save('markdown'), /^# CU1 breaks it\n\ngiven up/);
  t.regex(await save('html'), /Given up/);
});

test('an unknown format is refused with those that there are', async (t) => {
  const { drive, ask } = await startRunPages(t);
  const { path } = await drive({ preset: 'cu9-as-announced' });
  for (const query of ['?format=pdf', '', '?format=har&format=json']) {
    const { status, text } = await ask('GET', `${path}/export${query}`);
    t.is(status, 400);
    t.regex(text, /format: expected one of html, har, har-back-end, mermaid, markdown, junit, json/);
  }
});

import type Router from 'koa-router';
import { LabError } from '../../errors.ts';
import { exchangeOptions } from '../../exchange/options.ts';
import { webConfigBytesAtMost } from '../../exchange/web-config/decode.ts';
import { describeEntry, type WebConfigFile } from '../../exchange/web-config/web-config.ts';
import type { Lab } from '../../lab/lab.ts';
import { SWITCHED_LABEL } from '../../lab/lab-setting.ts';
import { readLabChange, webConfigFiles } from '../../lab/read-change.ts';
import { office365State } from '../../lab/read-office365-change.ts';
import { office365Lifetimes } from '../../office365/lifetimes.ts';
import { office365Options } from '../../office365/options.ts';
import { office365Profiles } from '../../office365/profiles.ts';
import { inUnits } from '../../rules/duration.ts';
import { answer } from '../answer.ts';
import { filesSavedByHand, type GivenFiles, notesOnChange, notesOnFiles } from './notes.ts';
import { readFileBody, readJson, readNothing, readSpan } from './read-body.ts';
import { inEffect, serverOf, webConfigStates } from './web-config-state.ts';

/** Three whole files; in JSON each quotation mark and line break takes two bytes. */
const CHANGE_AT_MOST = 2 * webConfigFiles.length * webConfigBytesAtMost;

/** What the lab's part of the admin API has, for people. */
export const labOverview = `  GET    /api/profiles                   what can stand behind mail.localhost: builds, and the named options
  GET    /api/lab                        what stands there now
  PUT    /api/lab                        any of: profile, frontEnd, mailboxes {account: profile}, vdirAuth, signOutKind {feOwa, beOwa, beEcp: a value, or
                                         null for no key},
                                         webConfig {feOwa, beOwa, beEcp: a whole file}, options {name: value, or null for its default}, logoffUrl, match,
                                         ignoreCase, onLogoff (redirect leads to /bye), forwardToBackend, clearCookies. A profile, frontEnd or mailboxes bring the files
                                         that they ship.
                                         office365 {profile, signOutKind, ttl {authentication, authenticationKept, portal, owaIdle, owaHard, sharepoint: "10m"},
                                         options {name: value}, adfsLogoffUrl}: the mock Office 365, and the gateway's rule in front of AD FS
  PUT    /api/lab/web-config/:file       saves a web.config, as it is: curl -T web.config …/api/lab/web-config/beOwa (or feOwa, beEcp)
  POST   /api/recycle                    {}: recycles the application pools, which then read the files (option autoRecycle)
  POST   /api/clock                      {"advance": "8h 1s"}: the lab's clock, which goes forward only; browsers have their own
  POST   /api/reset                      {}: ends every session and forgets the trace
`;

/** Adds the lab's part of the admin API. `given`: files of the command line, named in notes. */
export function addAdminApi(router: Router, lab: Lab, given: GivenFiles): void {
  addSwitch(router, lab, given);
  router.post('/api/clock', async (ctx) => {
    lab.clock.advance(readSpan(await readJson(ctx), lab.clock.now()));
    answer(ctx, { now: new Date(lab.clock.now()).toISOString() });
  });
  router.post('/api/reset', async (ctx) => {
    readNothing(await readJson(ctx));
    await lab.reset();
    answer(ctx, {});
  });
}

/** What stands behind the switched name. */
function addSwitch(router: Router, lab: Lab, given: GivenFiles): void {
  const state = () => {
    const { office365, ...setting } = lab.setting();
    return { ...setting, webConfig: webConfigStates(lab), office365: office365State(office365) };
  };
  router.get('/api/profiles', (ctx) =>
    answer(ctx, { profiles: [...lab.profiles.values()], options: namedOptions, office365: office365Choices }),
  );
  router.get('/api/lab', (ctx) => answer(ctx, state()));
  router.put('/api/lab', async (ctx) => {
    const now = { profiles: [...lab.profiles.keys()], setting: lab.setting(), code: 'bad-request' } as const;
    const change = readLabChange(await readJson(ctx, CHANGE_AT_MOST), now);
    const saved = filesSavedByHand(lab);
    await lab.configure(change);
    answer(ctx, { ...state(), notes: notesOnChange(lab, change, saved, given) });
  });
  router.put('/api/lab/web-config/:file', async (ctx) => {
    const file = webConfigNamed(ctx.params['file']);
    const text = await readFileBody(ctx, webConfigBytesAtMost);
    lab.exchange.saveWebConfig(SWITCHED_LABEL, file, { text, name: file });
    const entry = describeEntry(serverOf(lab, file).application(file).file().entry);
    answer(ctx, { file, entry, inEffect: inEffect(lab, file), notes: notesOnFiles(lab, [file]) });
  });
  router.post('/api/recycle', async (ctx) => {
    readNothing(await readJson(ctx));
    lab.exchange.recycle(SWITCHED_LABEL);
    answer(ctx, state());
  });
}

const namedOptions = Object.entries(exchangeOptions).map(([name, option]) => ({ name, default: option.values[0], ...option }));
const office365Choices = {
  profiles: [...office365Profiles.values()],
  lifetimes: Object.entries(office365Lifetimes).map(([name, { ms, ...known }]) => ({ name, default: inUnits(ms), ...known })),
  options: Object.entries(office365Options).map(([name, option]) => ({ name, default: option.values[0], ...option })),
};

function webConfigNamed(name: string | undefined): WebConfigFile {
  const file = webConfigFiles.find((known) => known === name);
  if (!file) throw new LabError('not-found', `there is no web.config "${name}"; there are ${webConfigFiles.join(', ')}`);
  return file;
}

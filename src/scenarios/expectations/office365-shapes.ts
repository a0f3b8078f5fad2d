// What the rows of Office 365 share: profiles, and the states in which the three services can be.

import type { Office365Expectation, PerService, ServiceName } from '../office365-case.ts';

export const zones = { profile: 'zones' };
export const literal = { profile: 'literal' };
export const zonesAndLiteral = { profile: ['zones', 'literal'] };
export const singleSignOut = { profile: 'single-sign-out' };
export const cookiesBlocked = { profile: 'third-party-cookies-blocked' };
export const any = { profile: ['zones', 'literal', 'single-sign-out', 'third-party-cookies-blocked'] };

export const alive: PerService = { portal: 'session-alive', owa: 'session-alive', sharepoint: 'session-alive' };
export const silent: PerService = { portal: 'silent-relogin', owa: 'silent-relogin', sharepoint: 'silent-relogin' };
export const prompt: PerService = { portal: 'prompt', owa: 'prompt', sharepoint: 'prompt' };

/** The sign-out groups of rule Z's profile (O-06): portal and OWA lose their sessions together, and the logon server renews both. */
export const groupSilent: PerService = { ...alive, portal: 'silent-relogin', owa: 'silent-relogin' };
export const sharepointSilent: PerService = { ...alive, sharepoint: 'silent-relogin' };
/** Only the service that the user signs out of loses its session, and the logon server renews it. */
export const onlySilent = (at: ServiceName): PerService => ({ ...alive, [at]: 'silent-relogin' });
/** Only the service that the user signs out of asks. */
export const onlyPrompt = (at: ServiceName): PerService => ({ ...alive, [at]: 'prompt' });

/** Scenario 2 at OWA: the page that the user was on, loaded again with a new session. */
const sameOwaPage = { newSession: true, landing: '/owa/' };
/** By rule Z: the redirect carries the cookies of the zone that it began in, to the logon server and to the other one of the group. */
export const throughOtherZone = { toldLogonServer: 'without-cookie', cleanUps: 'with-cookies' } as const;
/** KB literally: nobody else hears of the sign-out. */
export const tellingNobody = { toldLogonServer: 'no', cleanUps: 'none' } as const;
export const owaReloadsWithGroup: Office365Expectation = { after: groupSilent, ...sameOwaPage, ...throughOtherZone };
export const owaReloadsAlone: Office365Expectation = { after: onlySilent('owa'), ...sameOwaPage, ...tellingNobody };

export const alice = 'lab\\alice';
export const bob = 'lab\\bob';

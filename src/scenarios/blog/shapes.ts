// What the sentences' cases share.

const asUsual = { suite: 'exchange', client: 'premium', match: ['contains', null] };
export const owa = { ...asUsual, app: 'owa' };
export const ecp = { ...asUsual, app: 'ecp' };
export const watched = { via: 'gateway', logoffUrl: '/owa/logoff.owa' };
export const direct = { via: 'direct' };
export const fba = { vdirAuth: 'fba' };
export const basic = { vdirAuth: 'basic' };
export const shipped = { signOutKindSource: 'shipped' };
const noOption = { 'options.legacyForcedRequest': null, 'options.ecpThirdHop': null };
const only = (version: string) => ({ profile: version, frontEnd: version, ...shipped, ...noOption });
export const announced = only('2013-cu9-announced');
export const asShipped = only('2013-cu9-shipped');
export const cu1 = only('2013-cu1');
export const cu8 = only('2013-cu8');
export const allRemoved = {
  signOutKindSource: 'changed',
  'signOutKind.feOwa': null,
  'signOutKind.beOwa': null,
  'signOutKind.beEcp': null,
};
export const allLegacy = {
  signOutKindSource: 'changed',
  'signOutKind.feOwa': 'LegacyLogOff',
  'signOutKind.beOwa': 'LegacyLogOff',
  'signOutKind.beEcp': 'LegacyLogOff',
};
export const cu8Removed = { ...allRemoved, profile: '2013-cu8', frontEnd: '2013-cu8', options: null };
export const announcedLegacy = { ...allLegacy, profile: '2013-cu9-announced' };
export const upgrade = { suite: 'install-order' };
export const inOrder = (name: string) => ({ 'installOrder.order': name });
export const coExistence = { suite: 'co-existence' };
export const addIn = { suite: 'add-in' };

// What several rows of the suite `ends` share.

/** Tried with a cookie alone; no connection is open. */
export const byCookie = ['replay', 'second-tab'] as const;
/** Requests that get an answer of the published server, with a cookie in it, and transfers: they come to an end by themselves. */
export const asked = ['in-flight', 'long-poll'] as const;
export const transfers = ['download', 'upload'] as const;
/** What goes on until somebody ends it. */
export const endless = ['websocket', 'sse'] as const;
export const streams = ['long-poll', ...endless, ...transfers] as const;
export const byConnection = ['in-flight', ...streams] as const;

/** Alice's session is over, and somebody recorded it once; the row adds the reason. */
export const over = { oldCookie: 'refused', connection: null, lateCookie: false, endRecords: 1, bobsSession: 'alive' } as const;
export const overAndCut = { ...over, connection: 'cut' } as const;
/** Alice's session goes on, and nobody recorded an end. */
export const goesOn = {
  oldCookie: 'accepted',
  connection: null,
  lateCookie: false,
  endRecords: 0,
  reason: null,
  bobsSession: 'alive',
} as const;
/** Nobody can say whether it is over. */
export const nobodyKnows = { ...goesOn, oldCookie: 'unavailable', bobsSession: 'unavailable' } as const;
/** The store lost every session, and nobody recorded an end. */
export const forgotten = { ...goesOn, oldCookie: 'refused', bobsSession: 'ended' } as const;

/** Where a connection leads: a reload of the rules may take this away while the session goes on. */
export type Route = { publicName: string; path: string; to: string };

/** The requests and upgraded connections that each session has open, so that ending it can end them (DESIGN decision 5). */
export type LiveConnections = {
  /**
   * Registers one whose session is still to be found; `signal` aborts when it has to end. Call `admit` when the session has been
   * found, from when on it is counted, and `done` when it is over.
   */
  open(sessionId: string, route: Route): { signal: AbortSignal; admit: () => void; done: () => void };
  /** Aborts a session's connections, or everybody's; returns how many there were. */
  closeAll(sessionId?: string): number;
  /** Aborts those whose route is none any more; returns how many there were. */
  closeUnless(leads: (route: Route) => boolean): number;
  count(sessionId: string): number;
  /** Whether the session has any, admitted or not. */
  has(sessionId: string): boolean;
};

type Connection = { route: Route; controller: AbortController; admitted: boolean };

export function createLiveConnections(): LiveConnections {
  const bySession = new Map<string, Set<Connection>>();

  function remove(sessionId: string, connection: Connection): void {
    const open = bySession.get(sessionId);
    open?.delete(connection);
    if (open?.size === 0) bySession.delete(sessionId);
  }

  function close(sessionIds: readonly string[], which: (connection: Connection) => boolean, reason: string): number {
    const closing = sessionIds.flatMap((id) => [...(bySession.get(id) ?? [])].filter(which).map((one) => [id, one] as const));
    for (const [id, connection] of closing) remove(id, connection);
    for (const [, { controller }] of closing) controller.abort(new Error(reason));
    return closing.filter(([, { admitted }]) => admitted).length;
  }

  return {
    open(sessionId, route) {
      const connection = { route, controller: new AbortController(), admitted: false };
      bySession.set(sessionId, (bySession.get(sessionId) ?? new Set()).add(connection));
      const admit = () => {
        connection.admitted = true;
      };
      return { signal: connection.controller.signal, admit, done: () => remove(sessionId, connection) };
    },
    closeAll: (sessionId) =>
      close(sessionId === undefined ? [...bySession.keys()] : [sessionId], () => true, 'the session has ended'),
    closeUnless: (leads) => close([...bySession.keys()], ({ route }) => !leads(route), 'no rule publishes this any more'),
    count: (sessionId) => [...(bySession.get(sessionId) ?? [])].filter(({ admitted }) => admitted).length,
    has: (sessionId) => bySession.has(sessionId),
  };
}

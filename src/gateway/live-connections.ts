/** The requests and upgraded connections that each session has open, so that ending it can end them (DESIGN decision 5). */
export type LiveConnections = {
  /** Registers one; `signal` aborts when the session ends. Call `done` when the connection is over. */
  open(sessionId: string): { signal: AbortSignal; done: () => void };
  /** Aborts a session's connections, or everybody's; returns how many there were. */
  closeAll(sessionId?: string): number;
  count(sessionId: string): number;
};

export function createLiveConnections(): LiveConnections {
  const bySession = new Map<string, Set<AbortController>>();

  return {
    open(sessionId) {
      const controller = new AbortController();
      const open = bySession.get(sessionId) ?? new Set();
      bySession.set(sessionId, open.add(controller));
      const done = () => {
        open.delete(controller);
        if (open.size === 0 && bySession.get(sessionId) === open) bySession.delete(sessionId);
      };
      return { signal: controller.signal, done };
    },
    closeAll(sessionId) {
      const ids = sessionId === undefined ? [...bySession.keys()] : [sessionId];
      const open = ids.flatMap((id) => [...(bySession.get(id) ?? [])]);
      for (const id of ids) bySession.delete(id);
      for (const controller of open) controller.abort(new Error('the session has ended'));
      return open.length;
    },
    count: (sessionId) => bySession.get(sessionId)?.size ?? 0,
  };
}

/** What a process of its own does when it is asked, each by its name. What goes in and comes out is cloned. */
export type Commands = Record<string, (...args: never[]) => unknown>;

export type Question = { id: number; command: string; args: unknown[] };
export type Reply = { id: number; result?: unknown; problem?: string };

/** Does what the parent process asks, until that is gone. */
export function obey(commands: Commands): void {
  const reply = (what: Reply) => void process.send?.(what, undefined, {}, () => {});
  process.on('message', async ({ id, command, args }: Question) => {
    try {
      reply({ id, result: await commands[command]?.(...(args as never[])) });
    } catch (error) {
      reply({ id, problem: (error as Error).stack ?? String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
  // Ctrl+C goes to every process of a terminal; this one ends with its parent, which still has something to ask.
  process.on('SIGINT', () => {});
  reply({ id: 0 });
}

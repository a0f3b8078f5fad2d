/** Has `act` done when this process exits, what was asked for last first; the function that comes back calls that off. */
export function atExit(act: () => void): () => void {
  // Each program that runs listens once: many of them are no leak.
  process.setMaxListeners(process.getMaxListeners() + 1);
  process.prependOnceListener('exit', act);
  return () => {
    process.off('exit', act);
    process.setMaxListeners(process.getMaxListeners() - 1);
  };
}

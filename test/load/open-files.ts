/**
 * How many files, and so connections, a process may have open. Node raises its soft limit to the hard one when it starts, so the
 * hard one counts. Null where the system has no such limit.
 */
export function openFileLimit(): number | null {
  // Else the report may look up names of hosts.
  Object.assign(process.report, { excludeNetwork: true });
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { hard?: number | string } } };
  const hard = userLimits?.open_files?.hard;
  return typeof hard === 'number' ? hard : null;
}

/** What stands in the way of so many open files in a process, as a sentence; null if nothing does. */
export function tooFewFiles(needed: number, limit = openFileLimit()): string | null {
  if (limit === null || limit >= needed) return null;
  return `Expected at least ${needed} open files a process, got ${limit}: raise the hard limit (\`ulimit -Hn ${needed}\` as root, or LimitNOFILE, or docker run --ulimit nofile=${needed}).`;
}

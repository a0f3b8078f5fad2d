import { findProgram } from '../../src/regression/ends/find-program.ts';

/** What builds and runs an image without a Docker engine, and Debian's packages that bring it. */
const needed = { buildah: 'buildah', podman: 'podman', runc: 'runc', busybox: 'busybox-static' };

/** Why no image can be built and run here; null: it can. */
export function whyNoContainers(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'the image is built and run by root, on Linux only';
  const missing = Object.entries(needed).filter(([program]) => findProgram(program) === null);
  if (missing.length === 0) return null;
  const [programs, packages] = [0, 1].map((part) => missing.map((pair) => pair[part]).join(' '));
  return `no ${programs} on this machine: install Debian’s ${packages}`;
}

import type { ShippedKey } from './profile.ts';
import { readWebConfig } from './web-config/read-web-config.ts';
import { webConfigText } from './web-config/shipped-web-config.ts';
import { valueInEffect, type WebConfig, type WebConfigFile } from './web-config/web-config.ts';

/** What a web.config is to hold: the key as a build ships it, a value of the key, or a whole file. */
export type FileContent = ShippedKey | { value: string | null } | { text: string | Uint8Array; name?: string };

/** One web application and its web.config, which it reads once per application domain (E-02). */
export type Application = {
  /** Raw value in effect; null: absent or commented out. */
  key(): string | null;
  /** What the running application domain has read, and what is in the file by now: not the same until the pool is recycled. */
  running(): WebConfig;
  file(): WebConfig;
  /** Whether somebody has saved the file since the build was installed. */
  changed(): boolean;
  /** Saves the file. The pool recycles, unless `autoRecycle` is off. Throws LabError for a file that cannot be read; then nothing changes. */
  save(content: FileContent, autoRecycle: boolean): void;
  /** A new application domain reads the file. */
  recycle(): void;
  /** A cumulative update replaces the file, and what somebody changed in it is gone. */
  install(build: string, shipped: ShippedKey): void;
};

/** The web.config that holds this. Throws LabError for what cannot be read, or written. */
export function readContent(name: WebConfigFile, build: string, content: FileContent): WebConfig {
  if (typeof content === 'object' && 'text' in content) return readWebConfig(content.text, content.name ?? name);
  const entry = content === 'LegacyLogOff' ? { value: content } : content;
  const plain = typeof entry === 'object' ? (entry.value === null ? 'absent' : { value: entry.value }) : entry;
  return readWebConfig(webConfigText(name, build, plain), name);
}

export function createApplication(name: WebConfigFile, build: string, shipped: ShippedKey): Application {
  let installed = { build, shipped };
  const parse = (content: FileContent) => readContent(name, installed.build, content);
  let file = parse(shipped);
  let running = file;
  let changed = false;

  return {
    key: () => valueInEffect(running.entry),
    running: () => running,
    file: () => file,
    changed: () => changed,
    save(content, autoRecycle) {
      file = parse(content);
      changed = true;
      if (autoRecycle) running = file;
    },
    recycle() {
      running = file;
    },
    install(nextBuild, nextShipped) {
      if (nextBuild !== installed.build || nextShipped !== installed.shipped)
        installed = { build: nextBuild, shipped: nextShipped };
      file = parse(nextShipped);
      running = file;
      changed = false;
    },
  };
}

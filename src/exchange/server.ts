import { type Application, createApplication } from './application.ts';
import type { ExchangeOptions } from './options.ts';
import type { Profile } from './profile.ts';
import type { Part } from './sign-out.ts';
import type { WebConfigFile } from './web-config/web-config.ts';

export type Role = 'client-access' | 'mailbox';

/** One machine with Exchange on it: its version, its roles and the web.config files that these have. */
export type ExchangeServer = {
  readonly name: string;
  readonly roles: readonly Role[];
  profile(): Profile;
  /** Client Access servers have feOwa, mailbox servers the other two. */
  has(file: WebConfigFile): boolean;
  application(file: WebConfigFile): Application;
  /** Recycles every application pool by hand (E-02). */
  recycle(): void;
  /** A web application of this server as sign-out sees it. */
  part(file: WebConfigFile, options: ExchangeOptions): Part;
  /** Brings the server to another build; every web.config is replaced by the one that build ships (E-02). */
  install(profile: Profile): void;
};

const files: readonly WebConfigFile[] = ['feOwa', 'beOwa', 'beEcp'];

export function createExchangeServer(name: string, roles: readonly Role[], first: Profile): ExchangeServer {
  let profile = first;
  const applications = new Map(files.map((file) => [file, createApplication(file, first.build, first.signOutKind[file])]));
  const application = (file: WebConfigFile) => applications.get(file) as Application;
  return {
    name,
    roles,
    profile: () => profile,
    has: (file) => roles.includes(file === 'feOwa' ? 'client-access' : 'mailbox'),
    application,
    recycle() {
      for (const file of files) application(file).recycle();
    },
    part: (file, options) => ({ profile, key: application(file).key(), options }),
    install(next) {
      profile = next;
      for (const file of files) application(file).install(next.build, next.signOutKind[file]);
    },
  };
}

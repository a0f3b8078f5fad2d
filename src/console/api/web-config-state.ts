import { readsSignOutKind } from '../../exchange/profile.ts';
import type { ExchangeServer } from '../../exchange/server.ts';
import { describeEntry, type WebConfigFile } from '../../exchange/web-config/web-config.ts';
import type { Lab } from '../../lab/lab.ts';
import { SWITCHED_LABEL, serverWith } from '../../lab/lab-setting.ts';
import { webConfigFiles } from '../../lab/read-change.ts';

/** The server behind the switched name that stands for all that have such a file. */
export function serverOf(lab: Lab, file: WebConfigFile): ExchangeServer {
  return serverWith(file, lab.exchange.servers(SWITCHED_LABEL)) as ExchangeServer;
}

/** What each web.config behind the switched name says; if it has been saved and not been read since (E-02), that too. */
export function webConfigStates(lab: Lab): Record<WebConfigFile, string> {
  const states = webConfigFiles.map((file) => {
    const [saved, running] = [describeEntry(serverOf(lab, file).application(file).file().entry), inEffect(lab, file)];
    return [file, saved === running ? saved : `${saved}; in effect: ${running}`];
  });
  return Object.fromEntries(states) as Record<WebConfigFile, string>;
}

/** What the running application domain goes by. */
export function inEffect(lab: Lab, file: WebConfigFile): string {
  const server = serverOf(lab, file);
  const { entry } = server.application(file).running();
  if (entry.state !== 'absent' && !readsSignOutKind(server.profile())) return `nothing, ${unread(server)}`;
  const pending = server.application(file).file() !== server.application(file).running();
  return pending ? `${describeEntry(entry)}, until the application pool is recycled (POST /api/recycle)` : describeEntry(entry);
}

/** `for 2013-cu1 does not read the key [E-08]` */
export function unread(server: ExchangeServer): string {
  return `for ${server.profile().name} does not read the key [E-08]`;
}

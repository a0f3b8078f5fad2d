import type { Context } from 'koa';

/**
 * The hosts of the mock, by what answers there. Each service has a registrable domain of its own (O-12): otherwise a browser
 * would take all their cookies for first-party ones. Two SharePoint sites share theirs.
 */
export const hosts = {
  'login.idp.localhost': 'logon-server',
  'portal.office.localhost': 'portal',
  'outlook.mail365.localhost': 'owa',
  'contoso.sharepoint.localhost': 'sharepoint',
  'team.sharepoint.localhost': 'sharepoint',
} as const;

export type HostName = keyof typeof hosts;
export type ServiceName = Exclude<(typeof hosts)[HostName], 'logon-server'>;

export const LOGON_HOST = 'login.idp.localhost' satisfies HostName;
export const serviceHosts = (Object.keys(hosts) as HostName[]).filter((host) => hosts[host] !== 'logon-server');

/** `http://<host>:<port>`, the port being the one that this request came by: the mock need not know what is published where. */
export function originOf(host: HostName, { host: asked }: Pick<Context, 'host'>): string {
  const port = /:\d+$/.exec(asked)?.[0] ?? '';
  return `http://${host}${port}`;
}

/** Which of the mock's hosts an absolute address is on, at the port that this request came by; null if it leads elsewhere. */
export function hostOf(address: string, ctx: Pick<Context, 'host'>): HostName | null {
  if (!URL.canParse(address)) return null;
  const { origin, username, password } = new URL(address);
  const found = (Object.keys(hosts) as HostName[]).find((host) => new URL(originOf(host, ctx)).origin === origin);
  return username === '' && password === '' ? (found ?? null) : null;
}

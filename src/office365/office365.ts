import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { Clock } from '../clock.ts';
import { type Html, html } from '../html.ts';
import { behindGateway, closeServer, listen } from '../listen.ts';
import { createOneTimeTokens } from '../one-time-token.ts';
import type { Recorder } from '../trace/recorder.ts';
import { type HostName, hosts, originOf, type ServiceName, serviceHosts } from './hosts.ts';
import { createLogonServer } from './logon-server.ts';
import { readOffice365Options } from './options.ts';
import { createOutlook } from './outlook.ts';
import { plainPage } from './pages.ts';
import type { Claims, Federation, Parts } from './parts.ts';
import { createPortal } from './portal.ts';
import type { Office365Profile } from './profile.ts';
import { office365Profiles } from './profiles.ts';
import { services } from './services.ts';
import { firstSetting, type Office365Change, type Office365Setting, settingAfter } from './setting.ts';
import { createSharePoint } from './sharepoint.ts';
import { fileAt } from './static-files.ts';

export type Office365 = {
  listen(port: number, host: string): Promise<number>;
  setting(): Office365Setting;
  /** Throws configuration for what cannot be; then nothing changes. Sessions stay, and are judged by the new setting. */
  configure(change: Office365Change): Office365Setting;
  /** Forgets every session. */
  reset(): void;
  close(): Promise<void>;
};

/** Larger than any field that a browser sends here, so that what is too large can be refused with a page. */
const MOST_HEADER_BYTES = 256 * 1024;

/** Mock Office 365: logon server, portal, Outlook Web App and two SharePoint sites behind one port; the Host says who answers. */
export function createOffice365(parts: {
  clock: Clock;
  recorder: Recorder;
  random: (bytes: number) => Buffer;
  federation?: Federation;
}): Office365 {
  const { clock, recorder, random, federation = null } = parts;
  let setting = firstSetting;
  const profile = () => office365Profiles.get(setting.profile) as Office365Profile;
  const options = () => readOffice365Options(setting.options);
  const logoutStyle = () => {
    const style = options().logoutStyle;
    return style === 'by-profile' ? profile().logoutStyle : style;
  };
  const groups = () => {
    const { signOutGroups } = options();
    return signOutGroups === 'by-profile' ? profile().groups : otherGroups[signOutGroups];
  };
  const now = { setting: () => setting, profile, options, ttl: () => setting.ttl, groups, logoutStyle };
  const tokens = createOneTimeTokens<Claims>(clock, random(32), 'the logon server');
  const servers = createServers({ clock, recorder, random, federation, now, tokens });
  const http = createServer({ ...behindGateway, maxHeaderSize: MOST_HEADER_BYTES }, answerByHost(servers));
  return {
    listen: (port, host) => listen(http, port, host),
    setting: () => setting,
    configure(change) {
      setting = settingAfter(setting, change);
      return setting;
    },
    reset() {
      for (const { forget } of Object.values(servers)) forget();
    },
    close: () => closeServer(http),
  };
}

const otherGroups = {
  'each-alone': [['portal'], ['owa'], ['sharepoint']],
  'all-together': [['portal', 'owa', 'sharepoint']],
} as const satisfies Record<string, Office365Profile['groups']>;

type Servers = Readonly<Record<HostName, { handler: RequestListener; forget(): void }>>;

function createServers(parts: Parts): Servers {
  const { contoso, team } = createSharePoint(parts);
  return {
    'login.idp.localhost': createLogonServer(parts),
    'portal.office.localhost': createPortal(parts),
    'outlook.mail365.localhost': createOutlook(parts),
    'contoso.sharepoint.localhost': contoso,
    'team.sharepoint.localhost': team,
  };
}

function answerByHost(servers: Servers): RequestListener {
  return (request, response) => {
    const { name, port } = readHost(request.headers.host);
    const server = Object.hasOwn(servers, name) ? servers[name as HostName] : null;
    // The page that says so has styles, and asks for them here.
    const file = server ? null : fileAt(request.url ?? '');
    if (file) response.writeHead(200, { 'Content-Type': `${file.type}; charset=utf-8` }).end(file.text);
    else if (!server) refuse(response, 404, 'No such host', listOfHosts(port));
    // A whole address, as for a proxy, would be given back as the way to return to.
    else if (!request.url?.startsWith('/'))
      refuse(response, 400, 'This request cannot be served', html`<p>Expected a path, with its host in the Host field.</p>`);
    else server.handler(request, response);
  };
}

/** Name in lower case, and `:port` or ''; no name for what can be no host. */
function readHost(field = ''): { name: string; port: string } {
  const [, name = '', port = ''] = /^([\w.-]+)(:\d{1,5})?$/.exec(field) ?? [];
  return URL.canParse(`http://${name}${port}`) ? { name: name.toLowerCase(), port } : { name: '', port: '' };
}

function listOfHosts(port: string): Html {
  const known = serviceHosts.map(
    (name) => `${originOf(name, { host: `${name}${port}` })}${services[hosts[name] as ServiceName].start}`,
  );
  return html`<p>Office 365 of the lab answers at these addresses:</p><ul>${known.map((address) => html`<li><a href="${address}">${address}</a></li>`)}</ul>`;
}

function refuse(response: ServerResponse, status: number, heading: string, content: Html): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache, no-store' });
  response.end(plainPage({ service: 'portal', title: 'Office 365' }, heading, content).text);
}

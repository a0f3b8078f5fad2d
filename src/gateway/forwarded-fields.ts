import { foldedName } from './http-fields.ts';

/**
 * What a client cannot say to a published server, trusted proxy or not: a server that believes such fields would believe anybody.
 * The gateway itself says what it knows in X-Forwarded-For, -Host and -Proto and Front-End-Https.
 */
export const withheldFields: readonly { because: string; names: readonly string[] }[] = [
  {
    because: 'where the client is',
    names: [
      'Forwarded',
      'X-Real-IP',
      'X-Client-IP',
      'Client-IP',
      'True-Client-IP',
      'X-Cluster-Client-IP',
      'X-Originating-IP',
    ].concat(
      ['X-Remote-IP', 'X-Remote-Addr', 'X-Original-Forwarded-For', 'X-ProxyUser-Ip', 'Proxy-Client-IP', 'WL-Proxy-Client-IP'],
      ['CF-Connecting-IP', 'CF-Connecting-IPv6', 'CF-Pseudo-IPv4', 'Fastly-Client-IP', 'X-Azure-ClientIP', 'X-Azure-SocketIP'],
      ['X-Forwarded', 'X-Forward-For', 'Forwarded-For'],
      ['X-Envoy-External-Address', 'X-MS-Forwarded-Client-IP', 'X-MS-ADFS-Proxy-Client-IP', 'X-MS-Proxy'],
    ),
  },
  {
    because: 'a second target or host beside those that were matched',
    names: ['X-Original-URL', 'X-Original-URI', 'X-Rewrite-URL', 'X-Host', 'X-Original-Host', 'X-HTTP-Host-Override'].concat(
      'X-MS-Endpoint-Absolute-Path',
    ),
  },
  {
    because: 'whether the client came by TLS',
    names: ['Front-End-Https', 'X-Scheme', 'X-URL-Scheme', 'X-HTTPS', 'X-ARR-SSL'],
  },
  {
    because: 'who the user is, apart from the credentials that are delegated',
    names: [
      'Remote-User',
      'X-Remote-User',
      'X-Authenticated-User',
      'X-WebAuth-User',
      'X-Client-Cert',
      'X-SSL-Client-Cert',
    ].concat(['X-ARR-ClientCert', 'X-MS-Client-Principal', 'X-MS-Client-Principal-Name', 'X-MS-Client-Principal-Id']),
  },
  { because: 'the variable HTTP_PROXY of programs that run by CGI', names: ['Proxy'] },
];

const withheld = new Set(withheldFields.flatMap(({ names }) => names.map(foldedName)));

/** Whether a request's field ends at the gateway; in whatever spelling a server may fold to the name (see `foldedName`). */
export function isWithheld(name: string): boolean {
  const folded = foldedName(name);
  return withheld.has(folded) || folded.startsWith('x-forwarded-');
}

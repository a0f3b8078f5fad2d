import type { Context } from 'koa';
import { type HostName, hosts, originOf, type ServiceName, serviceHosts } from './hosts.ts';
import { services } from './services.ts';

/**
 * The clean-up addresses (O-08) of every other host whose service is signed out together with that of `acting` (O-06); of all
 * services, if nobody says who asks.
 */
export function cleanUpsFor(
  acting: HostName | null,
  groups: readonly (readonly ServiceName[])[],
  ctx: Pick<Context, 'host'>,
): string[] {
  const service = acting && (hosts[acting] as ServiceName);
  const group = service ? (groups.find((group) => group.includes(service)) ?? []) : Object.values(hosts);
  const others = serviceHosts.filter((host) => host !== acting && group.includes(hosts[host] as ServiceName));
  return others.map((host) => `${originOf(host, ctx)}${services[hosts[host] as ServiceName].landing}?wa=wsignoutcleanup1.0`);
}

/** The address of a redirect that visits each in turn, and ends at the last one. */
export function inTurn(cleanUps: readonly string[], last: string): string {
  return cleanUps.reduceRight((next, cleanUp) => `${cleanUp}&${new URLSearchParams({ wreply: next })}`, last);
}

import type { Gateway } from '../gateway/gateway.ts';
import type { Office365 } from '../office365/office365.ts';
import { type Office365Change, type Office365Setting, settingAfter } from '../office365/setting.ts';

/** The public name of AD FS, which the gateway publishes as in 2012 (O-11). */
export const ADFS_NAME = 'sts.corp.localhost';

/** `adfsLogoffUrl`: what the gateway in front of AD FS takes for a sign-out; null: nothing. */
export type LabOffice365 = Office365Setting & { readonly adfsLogoffUrl: string | null };
export type LabOffice365Change = Office365Change & { readonly adfsLogoffUrl?: string | null };

export function office365Setting({ office365, gateway }: { office365: Office365; gateway: Gateway }): LabOffice365 {
  return { ...office365.setting(), adfsLogoffUrl: adfsRule(gateway)?.logoff?.url ?? null };
}

/** Throws configuration for a change that cannot be. */
export function checkOffice365(
  { office365 }: { office365: Office365 },
  { adfsLogoffUrl: _, ...change }: LabOffice365Change,
): void {
  settingAfter(office365.setting(), change);
}

/** A change that has been checked. */
export async function configureOffice365(
  { office365, gateway }: { office365: Office365; gateway: Gateway },
  { adfsLogoffUrl, ...change }: LabOffice365Change,
): Promise<void> {
  office365.configure(change);
  if (adfsLogoffUrl === undefined) return;
  const ruleSet = gateway.rules();
  const logoff = adfsLogoffUrl === null ? null : { ...passedOn, url: adfsLogoffUrl };
  const rules = ruleSet.rules.map((rule) => (rule === adfsRule(gateway) ? { ...rule, logoff } : rule));
  await gateway.setRules({ ...ruleSet, rules });
}

/** AD FS is to hear of the sign-out too, and says where the browser goes on. */
const passedOn = {
  match: 'contains',
  ignoreCase: true,
  onLogoff: 'pass-through',
  redirectTo: null,
  forwardToBackend: true,
} as const;

function adfsRule(gateway: Gateway) {
  return gateway.rules().rules.find((rule) => rule.publicNames.includes(ADFS_NAME));
}

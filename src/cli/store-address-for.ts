import { LabError } from '../errors.ts';
import { printable } from '../rules/quote.ts';
import { readStoreAddress, type StoreAddress } from '../sessions/store-address.ts';
import type { Settings } from './settings.ts';

/**
 * Where sessions lie: as the setting says, else as the rules do (`inRules`), else in memory. Throws configuration if the rules say
 * nothing readable.
 */
export function storeAddressFor(wanted: Pick<Settings, 'sessions' | 'rules'>, inRules: string | null): StoreAddress {
  if (wanted.sessions !== null) return wanted.sessions;
  const address = readStoreAddress(inRules ?? 'memory');
  if ('problem' in address)
    throw new LabError(
      'configuration',
      `${wanted.rules === null ? '' : `${printable(wanted.rules)}: `}listener.sessions: ${address.problem}`,
    );
  return address;
}

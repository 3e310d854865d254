/** An earlier version of an interface of a hub becomes the newest, unless somebody else has saved meanwhile. */
import { SluiceError } from '../base/index.ts';
import type { HubClient } from './hub-client.ts';
import type { HubInterface } from './hub-definitions.ts';
import { fullNameOf } from './hub-names.ts';

/** `newest`: the version that is to be the newest until then. */
type Wish = { wanted: number; newest: number };

/**
 * Gives the interface as it is afterwards: with a new version, or as it was when the newest is wanted.
 *
 * @throws SluiceError VERSION_NOT_IN_HUB, VERSION_NOT_NEWEST, and those of the client.
 */
export async function restoreVersion(
  hub: HubClient,
  found: HubInterface,
  { wanted, newest }: Wish,
): Promise<HubInterface> {
  for (const version of [wanted, newest]) checkVersion(found, version);
  if (wanted === found.version) return found;
  try {
    return await hub.call('POST', `/interfaces/${found.id}/restore`, { restore: wanted, version: newest });
  } catch (error) {
    if (!(error instanceof SluiceError) || error.values.sentStatus !== 409) throw error;
    const { version, definition } = await hub.call<HubInterface>('GET', `/interfaces/${found.id}`);
    if (version === newest) throw error;
    const values = { interface: fullNameOf(definition), version: newest, newest: version };
    throw new SluiceError('VERSION_NOT_NEWEST', values, { cause: error });
  }
}

/** Throws SluiceError VERSION_NOT_IN_HUB; numbers go from 1 to the newest without a gap. */
export function checkVersion({ version: newest, definition }: HubInterface, version: number): void {
  if (version <= newest) return;
  const versions = newest === 1 ? 'version 1 alone' : `versions 1 to ${newest}`;
  throw new SluiceError('VERSION_NOT_IN_HUB', { interface: fullNameOf(definition), version, versions });
}

/** What this agent knows of the protocol of its hub; that the hub is the older one is said once, and again when it becomes so. */
import { type Log, SluiceError } from '../base/index.ts';
import { protocolVersion } from '../protocol/index.ts';

export type HubProtocol = {
  /** With each call or good answer of the hub. */
  heard(version: number): void;
  /** Whether the hub takes what came with this version; false until it was heard of. */
  speaks(version: number): boolean;
};

export function createHubProtocol({ log }: { log: Pick<Log, 'warn' | 'info'> }): HubProtocol {
  let known: number | undefined;
  function tell(version: number): void {
    const { code, message, next } = new SluiceError('HUB_OLDER', { hub: version, agent: protocolVersion });
    if (version < protocolVersion) log.warn({ code, next }, message);
    else if (known !== undefined && known < protocolVersion)
      log.info({}, 'the hub speaks the protocol of this agent now');
  }
  return {
    heard(version) {
      if (version === known) return;
      tell(version);
      known = version;
    },
    speaks: (version) => known !== undefined && known >= version,
  };
}

/** What the steps of taking a call work on. */
import type { IncomingHttpHeaders } from 'node:http';
import type { HubParts } from '../hub-parts.ts';
import type { BodyRoom, BodySource } from './body-room.ts';
import type { CallWish, WishReader } from './call-wish.ts';
import type { ModeWish } from './choose-mode.ts';
import type { Caller, Target, Targets } from './find-target.ts';
import type { HighWater } from './high-water.ts';
import type { IntegrateSettings } from './integrate-settings.ts';

export type IntegrateMeans = Pick<HubParts, 'store' | 'clock' | 'ways' | 'waiting' | 'log' | 'url'> & {
  targets: Targets;
  room: BodyRoom;
  highWater: HighWater;
  readWish: WishReader;
  settings: IntegrateSettings;
};

/** A call whose caller is known, however it came. */
export type IntegrateCall = {
  caller: Caller;
  /** Of the address, without its question mark. */
  search: string;
  headers: IncomingHttpHeaders;
  body: BodySource;
  /** Where the caller finds the API, when that is not the hub: what stands before `/V4`. */
  base?: string;
};

/** What is known before the body is read. */
export type Taking = IntegrateMeans & { caller: Caller; wish: CallWish; target: Target; mode: ModeWish };

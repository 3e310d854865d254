/** The integrate API as one thing with a life: it takes calls, and brings their messages into runs until it is closed. */
import { ApiRefused } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Answer } from '../store/index.ts';
import { createBodyRoom } from './body-room.ts';
import { createWishReader } from './call-wish.ts';
import { openDispatcher } from './dispatch.ts';
import { createTargets } from './find-target.ts';
import { createHighWater } from './high-water.ts';
import { defaultIntegrateSettings, type IntegrateSettings } from './integrate-settings.ts';
import { refusalOf } from './refusal.ts';
import { type CallAsking, showCall } from './show-call.ts';
import { takeCall } from './take-call.ts';
import type { IntegrateCall, IntegrateMeans } from './taking.ts';

export type Integrate = AsyncDisposable & {
  means: IntegrateMeans;
  /** When messages were last brought into runs. */
  dispatchedAt(): number;
  /** Throws ApiRefused, and nothing else. */
  take(call: IntegrateCall): Promise<Answer>;
};

/** An answer, or a refusal, in one form. */
export type IntegrateAnswer = Answer & { headers: Readonly<Record<string, string>> };

/** The same API for a program that has a hub inside, and knows who calls by other means than a token of the hub. */
export type IntegrateInside = {
  take(call: IntegrateCall): Promise<IntegrateAnswer>;
  show(asking: CallAsking): Promise<IntegrateAnswer>;
};

export function integrateInside({ means, take }: Integrate): IntegrateInside {
  const settled = async (work: () => Promise<Answer> | Answer): Promise<IntegrateAnswer> => {
    try {
      return { headers: {}, ...(await work()) };
    } catch (error) {
      const { status, errors, headers = {} } = refusalOf(error, means.log);
      return { status, contentType: 'application/json;charset=UTF-8', body: JSON.stringify({ errors }), headers };
    }
  };
  return { take: (call) => settled(() => take(call)), show: (asking) => settled(() => showCall(means, asking)) };
}

type Means = Pick<HubParts, 'store' | 'clock' | 'ways' | 'waiting' | 'log' | 'url'>;

export function openIntegrate(parts: Means, given: Partial<IntegrateSettings> = {}): Integrate {
  const settings = { ...defaultIntegrateSettings, ...given };
  const { store, clock, log } = parts;
  const targets = createTargets(store, () => clock.now());
  const room = createBodyRoom(settings.maxBytesInMemory);
  const highWater = createHighWater(store, settings);
  const means = { ...parts, targets, room, settings, highWater, readWish: createWishReader() };
  const dispatcher = openDispatcher(means);
  return {
    means,
    dispatchedAt: () => dispatcher.lookedAt(),
    async take(call) {
      try {
        return await takeCall(means, call);
      } catch (error) {
        throw new ApiRefused(refusalOf(error, log));
      }
    },
    [Symbol.asyncDispose]: () => dispatcher[Symbol.asyncDispose](),
  };
}

/** In which mode a call is taken, and why. */
import { refuseCall } from '../../web/index.ts';
import type { CallMode, KeptInbound } from '../store/index.ts';
import type { WishedMode } from './call-wish.ts';
import { maxRecords } from './integrate-settings.ts';

export type ChosenMode = { mode: CallMode; modeReason: string };

/** Of the interface, for calls that say none. */
const ofInterface: Readonly<Record<NonNullable<KeptInbound['mode']>, WishedMode>> = {
  auto: 'Auto',
  synchronous: 'Synchronous',
  batch: 'Batch',
  collections: 'Batch',
  bulk: 'Bulk',
};

export type ModeWish = { mode: WishedMode; why: string };

export function wishOf(asked: WishedMode | undefined, { mode = 'auto' }: KeptInbound): ModeWish {
  if (asked !== undefined) return { mode: asked, why: 'as the call asks' };
  return { mode: ofInterface[mode], why: 'as the interface has it' };
}

/** Bodies of any length, in slices. */
export const isUnbounded = ({ mode }: ModeWish): boolean => mode === 'Bulk' || mode === 'Auto';

/** Auto never makes a caller wait: 200 records go in one collection call, 5,000 in a few, more by Bulk API 2.0. */
export function chooseMode({ mode, why }: ModeWish, records: number): ChosenMode {
  if (mode !== 'Auto') return { mode, modeReason: why };
  const chosen = records <= maxRecords.Synchronous ? 'Asynchronous' : records <= maxRecords.Batch ? 'Batch' : 'Bulk';
  return { mode: chosen, modeReason: `Auto, ${why}: ${records} ${records === 1 ? 'record' : 'records'}` };
}

/** Throws ApiRefused 413. */
export function refuseTooMany({ mode }: ModeWish, records: number): void {
  if (mode === 'Auto' || records <= maxRecords[mode]) return;
  const larger = mode === 'Synchronous' ? 'Asynchronous, Batch or Bulk' : 'Bulk';
  throw refuseCall(
    413,
    `The body has more than the ${maxRecords[mode]} records that ${mode} takes.`,
    `Send fewer at once, or use mode=${larger}: nothing of it was kept.`,
  );
}

/** Takes one call: reads its records, keeps them whole or not at all, and answers what was kept. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { refuseCall } from '../../web/index.ts';
import { waitingMessages } from '../agents/dialled-waiting.ts';
import type { AcceptedCall, Answer, NewCall, NewMessage, Once, Settled } from '../store/index.ts';
import { answerAccepted, at } from './accepted-answer.ts';
import { type Body, tooLarge } from './body-room.ts';
import { type ChosenMode, chooseMode, isUnbounded, type ModeWish, refuseTooMany, wishOf } from './choose-mode.ts';
import { maxRecords } from './integrate-settings.ts';
import { createRecordMessages, type RecordMessages } from './messages-of-records.ts';
import { readRecords, readWholeJson } from './read-records.ts';
import { repeatedAnswer } from './repeated-answer.ts';
import { carrySynchronous } from './synchronous.ts';
import type { IntegrateCall, IntegrateMeans, Taking } from './taking.ts';

/** Throws ApiRefused; nothing of a call that is refused is kept. */
export async function takeCall(means: IntegrateMeans, call: IntegrateCall): Promise<Answer> {
  const wish = means.readWish(call.search, call.headers);
  const target = means.targets.find(call.caller, wish);
  const mode = wishOf(wish.mode, target.kept.definition);
  const taking = { ...means, ...at(call.base), caller: call.caller, wish, target, mode };
  const limits = limitsOf(taking);
  if (Number(call.headers['content-length'] ?? 0) > limits.maxBytes) throw tooLarge(limits.maxBytes);
  refuseEncoding(call.headers);
  means.highWater.refuse();
  using body = means.room.enter(call.body, limits);
  return await collect(taking, body);
}

function limitsOf({ settings, mode, wish }: Taking) {
  const unbounded = isUnbounded(mode);
  return {
    maxBytes: unbounded ? settings.maxBulkBytes : settings.maxBodyBytes,
    idleMs: settings.bodyIdleMs,
    digested: wish.idempotencyKey !== undefined,
    totalMs: unbounded ? Number.POSITIVE_INFINITY : settings.bodyMs,
  };
}

function refuseEncoding({ 'content-encoding': encoding = 'identity' }: IncomingHttpHeaders): void {
  if (encoding.trim().toLowerCase() === 'identity') return;
  throw refuseCall(415, 'The body is compressed, which is not taken.', 'Send it without Content-Encoding.');
}

/** Messages that go to the disk together while a body is still being read. */
const sliceMessages = 1_000;
const sliceCharacters = 2_000_000;

async function collect(taking: Taking, body: Body): Promise<Answer> {
  const { mode, wish } = taking;
  const making = createRecordMessages(taking);
  const staged = new StagedCall(taking);
  try {
    const whole = wish.requestFormat === 'JSON' ? await body.wholeIfThere() : undefined;
    const batches = whole === undefined ? readRecords(body.pieces, wish.requestFormat) : [readWholeJson(whole)];
    for await (const records of batches) {
      for (const record of records) {
        staged.add(making.take(record));
        refuseTooMany(mode, making.records);
      }
      if (isUnbounded(mode) && (await staged.writeWhatIsFull(making))) body.release();
    }
    if (making.records === 0) throw refuseCall(400, 'The body holds no record.', 'Send at least one.');
    const once = onceOf(taking, body);
    const settled =
      staged.id === undefined
        ? acceptAtOnce(taking, making, { messages: staged.messages, once })
        : staged.accept(making, once);
    const answer = answerOf(taking, await settled, once);
    taking.waiting.wake(waitingMessages);
    return answer;
  } catch (error) {
    await staged.drop();
    throw error;
  }
}

/** The rest of a body is on the disk slice by slice, out of sight until it is whole. */
class StagedCall {
  id: number | undefined;
  messages: NewMessage[] = [];
  #characters = 0;
  #place = 0;
  readonly #taking: Taking;

  constructor(taking: Taking) {
    this.#taking = taking;
  }

  add(messages: readonly NewMessage[]): void {
    for (const message of messages) {
      this.messages.push(message);
      this.#characters += message.payload.length;
    }
  }

  /** Whether anything was written. What may still be taken as a small call waits in memory. */
  async writeWhatIsFull(making: RecordMessages): Promise<boolean> {
    const isSmall = this.id === undefined && making.records <= maxRecords.Batch && this.#taking.mode.mode === 'Auto';
    const isFull = this.messages.length >= sliceMessages || this.#characters >= sliceCharacters;
    if (!isFull || (isSmall && this.#characters < sliceCharacters * 10)) return false;
    await this.#write(making);
    return true;
  }

  async #write(making: RecordMessages): Promise<void> {
    const { calls } = this.#taking.store;
    this.id ??= await calls.begin(newCall(this.#taking, making, { mode: 'Bulk', modeReason: '' }));
    for (let from = 0; from < this.messages.length; from += sliceMessages) {
      const messages = this.messages.slice(from, from + sliceMessages);
      await calls.addSlice(this.id, { place: this.#place, messages });
      this.#place += messages.length;
    }
    this.messages = [];
    this.#characters = 0;
  }

  async accept(making: RecordMessages, once: Once | undefined): Promise<Settled> {
    const { store, mode } = this.#taking;
    await this.#write(making);
    const chosen = mode.mode === 'Bulk' ? chooseMode(mode, making.records) : bulkBySize(mode, making.records);
    const call = { ...newCall(this.#taking, making, chosen), messages: making.messages };
    const answerOf = (accepted: AcceptedCall) => answerAccepted(this.#taking, call, { accepted, messages: [] });
    const settled = await store.calls.acceptSlices(this.id as number, call, { once, answerOf });
    if ('again' in settled) await this.drop();
    return settled;
  }

  async drop(): Promise<void> {
    if (this.id !== undefined) await this.#taking.store.calls.drop(this.id).catch(() => undefined);
  }
}

function bulkBySize({ why }: ModeWish, records: number): ChosenMode {
  return { mode: 'Bulk', modeReason: `Auto, ${why}: ${records} records, or too many bytes for a small call` };
}

type Whole = { messages: readonly NewMessage[]; once: Once | undefined };

async function acceptAtOnce(taking: Taking, making: RecordMessages, whole: Whole): Promise<Settled> {
  const { store, mode } = taking;
  const { messages, once } = whole;
  const call = newCall(taking, making, chooseMode(mode, making.records));
  if (call.mode === 'Synchronous') return await carrySynchronous(taking, call, whole);
  const answerOf = (accepted: AcceptedCall) => answerAccepted(taking, call, { accepted, messages });
  return await store.calls.accept(call, messages, { once, answerOf });
}

function newCall({ caller, target }: Taking, making: RecordMessages, chosen: ChosenMode): NewCall {
  const { identity, name } = caller;
  const { records, interfaces } = making;
  return { caller: { identity, name }, interfaceId: target.kept.id, interfaces: [...interfaces], ...chosen, records };
}

function onceOf({ wish, clock, settings }: Taking, body: Body): Once | undefined {
  if (wish.idempotencyKey === undefined) return undefined;
  const fingerprint = createHash('sha256').update(`${wish.canonical}\n${body.digest()}`).digest('hex');
  return { key: wish.idempotencyKey, fingerprint, keptUntil: clock.now() + settings.keepAnswersMs };
}

function answerOf(taking: Taking, settled: Settled, once: Once | undefined): Answer {
  return 'answer' in settled ? settled.answer : repeatedAnswer(taking, settled.again, once as Once);
}

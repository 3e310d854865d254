/** `sluice messages reprocess` and `sluice messages cancel`: of some messages, or of all that a filter finds. */
import { openStopSignal, SluiceError } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { HubClient } from './hub-client.ts';
import { hubSettings } from './hub-settings.ts';
import { filterOf, filterSettings, idsOf, type MessageFilter } from './message-filter.ts';

const settings = {
  ...filterSettings,
  'dry-run': { kind: 'switch', help: 'Say how many would change, and change nothing.' },
  ...hubSettings,
  json: sharedSettings.json,
} as const;

type Act = 'reprocess' | 'cancel';
type LeftOut = { reason: string; count: number }[];
type Task = { id: number; done: number; leftOut: LeftOut; endedAt: number | null };
type Acted = { done: number; leftOut: LeftOut; task: Task | null };

const words = {
  reprocess: {
    summary: 'Try failed messages of a hub again: some, or all that a filter finds.',
    description:
      'Failed messages wait for their turn again, each behind older ones of its key, and those that wait for their next try\n' +
      'need not wait for its time. What went through, is under way, or is older than one that went through is left out.',
    done: 'reprocessed',
  },
  cancel: {
    summary: 'End messages of a hub that are not wanted any more.',
    description:
      'Messages that are New, Pending or Failed come to their end; they are never sent. What is in a run that has not ended\n' +
      'is left out: "sluice cancel" ends the run. So is what is of unknown outcome: "sluice messages resolve" says first what\n' +
      'became of it.',
    done: 'cancelled',
  },
} as const;

const actCommand = (act: Act) =>
  defineCommand({
    name: `messages ${act}`,
    summary: words[act].summary,
    description: words[act].description,
    positionals: [
      {
        name: 'MESSAGE',
        help: 'Numbers of messages; without them the filters say which.',
        required: false,
        many: true,
      },
    ],
    settings,
    example: `sluice messages ${act} --status Failed --interface cities --dry-run`,
    run: (invocation: Invocation<typeof settings>) => actOn(act, invocation),
  });

export const messagesReprocessCommand = actCommand('reprocess');
export const messagesCancelCommand = actCommand('cancel');

async function actOn(
  act: Act,
  { positionals, settings: chosen, terminal }: Invocation<typeof settings>,
): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  const filter = filterOf(chosen);
  const ids = idsOf(positionals, `messages ${act}`);
  checkWish(act, { ids, filter, dryRun: chosen['dry-run'] });
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  if (chosen['dry-run']) {
    const seen = await hub.call<Preview>('POST', '/messages/preview', { act, filter });
    terminal.out(chosen.json ? `${JSON.stringify({ event: 'preview', act, ...seen })}\n` : previewText(act, seen));
    return 0;
  }
  const { done, leftOut } = await carry(hub, act, { ids, filter });
  if (chosen.json) terminal.out(`${JSON.stringify({ event: 'finished', act, done, leftOut })}\n`);
  else terminal.out(doneText(act, done, leftOut));
  return 0;
}

type Wish = { ids: readonly number[]; filter: MessageFilter };

function checkWish(act: Act, { ids, filter, dryRun }: Wish & { dryRun: boolean }): void {
  const hasFilter = Object.keys(filter).length > 0;
  const command = `messages ${act}`;
  if (ids.length > 0 && (hasFilter || dryRun))
    throw new SluiceError('USAGE', {
      reason: 'Numbers of messages go without filters and without --dry-run.',
      command,
    });
  if (ids.length === 0 && !hasFilter)
    throw new SluiceError('USAGE', {
      reason: 'Nothing says which messages are meant: give their numbers, or filters.',
      command,
    });
}

const mostIds = 1_000;
const waitMs = 20_000;

async function carry(hub: HubClient, act: Act, { ids, filter }: Wish): Promise<Pick<Acted, 'done' | 'leftOut'>> {
  if (ids.length === 0) {
    const { task } = await hub.call<Acted>('POST', `/messages/${act}`, { filter });
    return await taskEnd(hub, task as Task);
  }
  const all = { done: 0, leftOut: new Map<string, number>() };
  for (let from = 0; from < ids.length; from += mostIds) {
    const { done, leftOut } = await hub.call<Acted>('POST', `/messages/${act}`, {
      ids: ids.slice(from, from + mostIds),
    });
    all.done += done;
    for (const { reason, count } of leftOut) all.leftOut.set(reason, (all.leftOut.get(reason) ?? 0) + count);
  }
  return { done: all.done, leftOut: [...all.leftOut].map(([reason, count]) => ({ reason, count })) };
}

/** It goes on at the hub, also when nobody waits for it. */
async function taskEnd(hub: HubClient, begun: Task): Promise<Task> {
  let task = begun;
  while (task.endedAt === null) task = await hub.call<Task>('GET', `/message-tasks/${task.id}?waitMs=${waitMs}`);
  return task;
}

type Preview = { found: { count: number; more: boolean }; possible: number };

function previewText(act: Act, { found, possible }: Preview): string {
  const more = found.more ? ' at least' : '';
  return `${found.count} messages are found${more}; ${possible} of them would be ${words[act].done}. Nothing was changed.\n`;
}

function doneText(act: Act, done: number, leftOut: LeftOut): string {
  const lines = leftOut.map(({ reason, count }) => `${count} left out: ${reason}\n`);
  return `${done} ${done === 1 ? 'message' : 'messages'} ${words[act].done}.\n${lines.join('')}`;
}

/** What the API shows of a run, and by what its list is filtered. */
import { Type } from 'typebox';
import { runEndings } from '../../protocol/index.ts';
import { runStates, runTriggers } from '../store/index.ts';
import { closed } from './operation.ts';

const time = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description });
const textOrNull = Type.Union([Type.String(), Type.Null()]);
const count = Type.Integer();

const rowCounts = Type.Object(
  { read: count, sent: count, succeeded: count, created: count, updated: count, rejected: count, unknown: count },
  closed,
);

const progress = Type.Object(
  {
    phase: Type.Union([Type.Enum(['checking', 'reading', 'sending', 'finished']), Type.Null()], {
      description: 'null while it waits for its turn at the agent.',
    }),
    rows: rowCounts,
    processed: Type.Integer({ description: 'What Salesforce says that its jobs have done so far.' }),
    rowsPerSecond: Type.Union([Type.Number(), Type.Null()], {
      description: 'In the last half minute, of what it does now: reading, or getting through. null: not known.',
    }),
    secondsLeft: Type.Union([Type.Number(), Type.Null()], {
      description: 'null while the number of rows is not known.',
    }),
  },
  closed,
);

export const shownRun = Type.Object(
  {
    id: Type.Integer(),
    run: Type.String({ description: 'Of the run at hub and agent; a UUID.' }),
    interface: Type.String(),
    integration: Type.String(),
    interfaceVersion: Type.Union([Type.Integer(), Type.Null()]),
    direction: Type.Enum(['inbound', 'outbound']),
    agent: Type.Object({ id: Type.Integer(), name: textOrNull }, closed),
    trigger: Type.Enum([...runTriggers], {
      description:
        'manual: started by a person. schedule: by its agent. records: for records that came in or are tried again.',
    }),
    full: Type.Boolean({
      description: 'Out of Salesforce: it was asked to read everything, whatever was read before.',
    }),
    state: Type.Enum([...runStates], {
      description:
        'waiting: to be given to its agent. given: its agent was asked to take it. confirmed: its agent has it. running, ended.',
    }),
    status: Type.Union([Type.Enum([...runEndings]), Type.Null()], { description: 'How it ended.' }),
    waitsFor: Type.Union([Type.String(), Type.Null()], { description: 'Why it has not begun, or does not go on.' }),
    after: Type.Union([Type.Integer(), Type.Null()], { description: 'The run that has to end well first.' }),
    askedAt: Type.Integer(),
    askedBy: Type.String(),
    dueAt: time('Of a scheduled run: when it was due.'),
    cancelAskedAt: time('When it was asked to stop.'),
    cancelAskedBy: textOrNull,
    startedAt: time('When it began.'),
    endedAt: time('When it ended.'),
    resumesAt: time('Of one that was interrupted: when it goes on.'),
    rows: rowCounts,
    loaded: Type.Union([Type.Record(Type.String(), count), Type.Null()], {
      description: 'Out of Salesforce: what the merge into the target did.',
    }),
    mode: textOrNull,
    modeReason: textOrNull,
    error: Type.Union([
      Type.Object({ code: Type.String(), message: Type.String(), next: Type.String() }, closed),
      Type.Null(),
    ]),
    progress: Type.Union([progress, Type.Null()], {
      description: 'As its agent says it now; null when it is not running, or its agent does not answer.',
    }),
  },
  closed,
);

const name = (what: string) =>
  Type.Optional(Type.String({ maxLength: 80, description: `Only those of the ${what} of this name.` }));
const milliseconds = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 9_000_000_000_000, description }));

export const runFilters = {
  interface: name('interface'),
  integration: name('integration'),
  agent: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'Only those of this agent, by its id.' }),
  ),
  state: Type.Optional(Type.Enum([...runStates, 'open'], { description: 'open: all that have not ended.' })),
  status: Type.Optional(Type.Enum([...runEndings])),
  trigger: Type.Optional(Type.Enum([...runTriggers])),
  from: milliseconds('Asked for at this time or later; milliseconds since 1970, UTC.'),
  until: milliseconds('Asked for before this time.'),
};

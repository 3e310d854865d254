/** How far a run is: rows, rate, time left, and Cancel. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge } from '../../ui/page.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { text as ui } from '../../ui/text.ts';
import { useTell } from '../../ui/toasts.tsx';
import { api } from '../api.ts';
import { runText as words } from '../text/runs.ts';
import { useMay } from '../use-may.ts';
import { countsOf, countText, durationOf, type Run, rateOf, shareDone, stateOf, toneOf } from './run-values.ts';

/** In a list of several, each says which it is. */
export function RunProgress({ run }: { run: Run }) {
  const { id, interface: name } = run;
  return (
    <section className="progress" aria-label={words.progress.label(name)}>
      <div className="head">
        <h3>
          <Link href={`/runs/${id}`}>{words.of(id, name)}</Link>
        </h3>
        <RunStateSaid run={run} />
        <CancelRun run={run} />
      </div>
      <ProgressBody run={run} />
    </section>
  );
}

export function RunState({ run }: { run: Run }) {
  return <Badge tone={toneOf(run)}>{stateOf(run)}</Badge>;
}

/** Read out when it changes, with the run it is of. */
export function RunStateSaid({ run }: { run: Run }) {
  return (
    <span role="status">
      <span className="hidden">{words.of(run.id, run.interface)}</span> <RunState run={run} />
    </span>
  );
}

export function ProgressBody({ run }: { run: Run }) {
  return (
    <>
      {run.state === 'ended' ? null : <Bar run={run} />}
      <Figures run={run} />
      <WhatHolds run={run} />
    </>
  );
}

function Bar({ run }: { run: Run }) {
  const share = shareDone(run);
  return (
    <div className="barline">
      <progress
        className="bar"
        aria-label={words.progress.label(run.interface)}
        max={1}
        {...(share === undefined ? (run.state === 'running' ? {} : { value: 0 }) : { value: share })}
      />
      <span className="soft">{phaseOf(run)}</span>
    </div>
  );
}

function phaseOf(run: Run): string {
  const phase = run.progress?.phase ?? null;
  if (phase === null) return stateOf(run);
  return phase === 'sending' && run.direction === 'outbound' ? words.progress.merging : words.progress.phases[phase];
}

function Figures({ run }: { run: Run }) {
  const rows = countsOf(run);
  const { progress } = words;
  const isOver = run.state === 'ended';
  const figures: [string, string][] = [
    [progress.read, countText(rows.read)],
    ...(run.direction === 'outbound' ? [] : throughOf(rows)),
    ...(rows.unknown > 0 ? [[progress.unknown, countText(rows.unknown)] as [string, string]] : []),
    ...(isOver ? whole(run) : movement(run)),
  ];
  return (
    <dl className="figures">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Records out of Salesforce are counted when the merge is done, by what it did. */
function throughOf({ sent, succeeded, rejected }: Run['rows']): [string, string][] {
  const { progress } = words;
  return [
    [progress.sent, countText(sent)],
    [progress.succeeded, countText(succeeded)],
    [progress.failed, countText(rejected)],
  ];
}

function whole(run: Run): [string, string][] {
  const { startedAt, endedAt } = run;
  const rate = rateOf(run);
  if (startedAt === null || endedAt === null || rate === undefined) return [];
  return [
    [words.progress.rate, countText(rate)],
    [words.progress.took, durationOf(Math.floor((endedAt - startedAt) / 1_000))],
  ];
}

function movement({ progress: at }: Run): [string, string][] {
  const { progress } = words;
  const { rowsPerSecond = null, secondsLeft = null } = at ?? {};
  return [
    [progress.rate, rowsPerSecond === null ? ui.empty : countText(rowsPerSecond)],
    [progress.left, secondsLeft === null ? whyNotKnown(at) : durationOf(secondsLeft)],
  ];
}

/** Nobody knows how many rows there are before the last one was read. */
function whyNotKnown(at: Run['progress']): string {
  return at?.phase === 'reading' || at?.phase === 'checking' ? words.progress.notYetRead : words.progress.notYet;
}

/** Why it does not go on, or did not go through. */
function WhatHolds({ run }: { run: Run }) {
  const { state, waitsFor, error, resumesAt, cancelAskedAt, progress, rows } = run;
  const isOver = state === 'ended';
  return (
    <>
      {isOver || cancelAskedAt === null ? null : <p className="soft">{words.cancelAsked}</p>}
      {waitsFor === null ? null : <p className="soft">{waitsFor}</p>}
      {state === 'running' && progress === null ? <p className="soft">{words.progress.noAnswer}</p> : null}
      {error === null ? null : (
        <Note
          tone={isOver && run.status !== 'cancelled' ? 'alarm' : 'warn'}
          title={isOver ? words.wentWrong : words.interrupted}
        >
          <p>
            {error.message} {error.next}
          </p>
          {isOver || resumesAt === null ? null : (
            <p>
              {words.resumes} <Moment at={resumesAt} />
            </p>
          )}
        </Note>
      )}
      {rows.unknown === 0 ? null : (
        <Note tone="warn">
          <p>{words.greenNot(rows.unknown)}</p>
          <Link href={`/messages?outcome=unknown&run=${run.id}`}>{words.unknownMessages}</Link>
        </Note>
      )}
    </>
  );
}

export function CancelRun({ run: { id, interface: name, state, cancelAskedAt } }: { run: Run }) {
  const queries = useQueryClient();
  const tell = useTell();
  const mayCancel = useMay('operator');
  const described = useId();
  const cancel = useMutation({
    mutationFn: () => api.call('POST', '/runs/:id/cancel', { params: { id: String(id) } }),
    onSuccess: () => tell(words.cancelled(id)),
    onSettled: () => queries.invalidateQueries(),
  });
  if (state === 'ended' || !mayCancel) return null;
  return (
    <>
      <span id={described} className="hidden">
        {words.of(id, name)}
      </span>
      <Button
        isDisabled={cancel.isPending || cancelAskedAt !== null}
        aria-describedby={described}
        onPress={() => cancel.mutate()}
      >
        {words.cancel}
      </Button>
      <Problems errors={errorsOf(cancel.error)} />
    </>
  );
}

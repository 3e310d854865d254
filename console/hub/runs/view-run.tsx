/** One run: followed while it goes on, with what became of its rows. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Button, LinkButton } from '../../ui/button.tsx';
import { Question } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { api } from '../api.ts';
import { boardText, runText as words } from '../text/runs.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';
import { CancelRun, ProgressBody, RunStateSaid } from './run-progress.tsx';
import { countText, type Run } from './run-values.ts';
import { useRun } from './use-run.ts';

export function ViewRun({ id }: { id: string }) {
  const run = useRun(id);
  return <Loaded of={run}>{(found) => <Shown run={found} />}</Loaded>;
}

function Shown({ run }: { run: Run }) {
  const { id, interface: name, direction, rows } = run;
  const actions = (
    <>
      {direction === 'inbound' ? <LinkButton to={`/messages?run=${id}`}>{words.messages}</LinkButton> : null}
      {rows.rejected > 0 ? <LinkButton to={`/messages?status=Failed&run=${id}`}>{words.rejects}</LinkButton> : null}
      <GiveUp run={run} />
      <CancelRun run={run} />
    </>
  );
  return (
    <Page title={words.of(id, name)} kind={words.kind} product={text.product} actions={actions}>
      <Card title={words.progress.title} actions={<RunStateSaid run={run} />}>
        <ProgressBody run={run} />
      </Card>
      {run.loaded === null ? null : (
        <Card title={words.loaded}>
          <Details
            of={Object.entries(run.loaded).map(([count, value]) => ({
              label: words.loadedCounts[count] ?? count,
              value: countText(value),
            }))}
          />
        </Card>
      )}
      <Card title={words.details}>
        <RunDetails run={run} />
      </Card>
    </Page>
  );
}

function RunDetails({ run }: { run: Run }) {
  const { fields } = words;
  const { trigger, full, cancelAskedBy, cancelAskedAt, dueAt } = run;
  return (
    <Details
      of={[
        { label: fields.integration, value: run.integration },
        { label: fields.direction, value: boardText.directions[run.direction] },
        { label: fields.agent, value: <Link href={`/control-board?agent=${run.agent.id}`}>{run.agent.name}</Link> },
        { label: fields.interfaceVersion, value: run.interfaceVersion },
        { label: fields.trigger, value: words.triggers[trigger] },
        ...(full ? [{ label: fields.reads, value: words.readsAll }] : []),
        { label: fields.askedBy, value: run.askedBy },
        { label: fields.askedAt, value: <Moment at={run.askedAt} to="second" /> },
        ...(dueAt === null ? [] : [{ label: fields.dueAt, value: <Moment at={dueAt} /> }]),
        { label: fields.startedAt, value: <Moment at={run.startedAt} to="second" /> },
        { label: fields.endedAt, value: <Moment at={run.endedAt} to="second" /> },
        // What became of records out of Salesforce stands in a part of its own.
        ...(run.direction === 'outbound'
          ? []
          : [
              { label: fields.created, value: countText(run.rows.created) },
              { label: fields.updated, value: countText(run.rows.updated) },
            ]),
        { label: fields.mode, value: words.modes[run.mode ?? ''] ?? run.mode },
        { label: fields.modeReason, value: run.modeReason },
        ...(cancelAskedAt === null
          ? []
          : [
              { label: fields.cancelAskedBy, value: cancelAskedBy },
              { label: fields.cancelAskedAt, value: <Moment at={cancelAskedAt} /> },
            ]),
        { label: fields.run, value: <span className="code">{run.run}</span> },
      ]}
    />
  );
}

/** For a run whose agent does not come back. */
function GiveUp({ run: { id, state, progress } }: { run: Run }) {
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const mayGiveUp = useMay('administrator');
  const giveUp = useMutation({
    mutationFn: () => api.call('POST', '/runs/:id/give-up', { params: { id: String(id) } }),
    onSuccess: () => setOpen(false),
    onSettled: () => queries.invalidateQueries(),
  });
  const isLost = (state === 'running' || state === 'confirmed') && progress === null;
  if (!mayGiveUp || !isLost) return null;
  return (
    <>
      <Button look="danger" onPress={() => setOpen(true)}>
        {words.giveUp}
      </Button>
      <Question
        title={words.giveUpTitle}
        yes={words.giveUp}
        look="danger"
        isOpen={isOpen}
        isBusy={giveUp.isPending}
        onYes={() => giveUp.mutate()}
        onNo={() => setOpen(false)}
      >
        <p>{words.giveUpText}</p>
        <Problems errors={errorsOf(giveUp.error)} />
      </Question>
    </>
  );
}

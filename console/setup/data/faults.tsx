/** Faults: the rules by which this org fails on purpose. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { SetupOperation } from '../../../src/org/index.ts';
import type { AnswerOf, BodyOf } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, EmptyState, Page } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { RowsTable } from '../../ui/rows-table.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { AddFault } from './add-fault.tsx';

const words = text.data.faults;
const of = words.columns;

type Report = AnswerOf<SetupOperation, 'GET', '/faults'>;
export type Rule = BodyOf<SetupOperation, 'PUT', '/faults'>['rules'][number];
type Reported = Report['rules'][number];

export function Faults() {
  const report = useAnswer('/faults');
  return (
    <Page title={words.title} product={text.product}>
      <p className="soft">{words.lead}</p>
      <Loaded of={report}>{(found) => <Shown report={found} />}</Loaded>
    </Page>
  );
}

/** The rules take the place of those before, so that all are sent again. */
export function useSetRules(told: string, seed: number) {
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: (rules: readonly Rule[]) => api.call('PUT', '/faults', { body: { seed, rules: [...rules] } }),
    onSuccess: async () => {
      tell(told);
      await queries.invalidateQueries({ queryKey: ['/faults'] });
    },
  });
}

export function plainRule({ injected: _, ...rule }: Reported): Rule {
  return rule;
}

function Shown({ report: { rules, seed } }: { report: Report }) {
  const remove = useSetRules(words.removed, seed);
  const end = useSetRules(words.ended, seed);
  // All rules are sent again, so that one act waits until what the one before left is read.
  const isBusy = remove.isPending || end.isPending;
  const lines = rules.map((rule, index) => ({ ...rule, index }));
  const column = (label: string, read: (rule: Reported) => string) => ({ label, cell: read, text: read });
  return (
    <>
      <Problems errors={[...errorsOf(remove.error), ...errorsOf(end.error)]} />
      <Card
        title={words.active}
        actions={rules.length === 0 ? null : <EndAll isBusy={isBusy} onPress={() => end.mutate([])} />}
      >
        {rules.length === 0 ? (
          <EmptyState title={words.none}>{words.noneNext}</EmptyState>
        ) : (
          <RowsTable
            label={words.active}
            rows={lines}
            rowKey={({ index }) => String(index)}
            columns={[
              column(of.kind, ({ kind }) => kind),
              column(of.path, ({ path }) => path),
              column(of.method, ({ method }) => method ?? words.any),
              column(of.share, ({ share }) => String(share)),
              column(of.latencyMs, ({ latencyMs }) => (latencyMs === undefined ? '' : String(latencyMs))),
              column(of.times, ({ times }) => (times === undefined ? words.always : String(times))),
              column(of.injected, ({ injected }) => String(injected)),
            ]}
            actions={({ index, kind, path }) => (
              <Button
                label={words.removeOf(kind, path)}
                isDisabled={isBusy}
                onPress={() => remove.mutate(rules.filter((_, at) => at !== index).map(plainRule))}
              >
                {words.remove}
              </Button>
            )}
          />
        )}
      </Card>
      <AddFault before={rules.map(plainRule)} seed={seed} />
    </>
  );
}

function EndAll({ isBusy, onPress }: { isBusy: boolean; onPress: () => void }) {
  return (
    <Button isDisabled={isBusy} onPress={onPress}>
      {words.endAll}
    </Button>
  );
}

/** Test Mapping: the first rows and their result beside them, with what would be refused and why; kept as test cases. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Badge, Card } from '../../ui/page.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { useTell } from '../../ui/toasts.tsx';
import { text } from '../text.ts';
import type { ColumnType } from './advanced-values.ts';
import { inForm } from './interface-form.tsx';
import type { EditProps } from './interface-values.ts';
import { useColumns, useConnection, useConnections } from './offers.ts';
import { caseOf, typedColumns } from './test-case.ts';
import { type Cells, type Tried, type TriedRow, tryDefinition } from './try-definition.ts';

const { test: words, sections } = text.interfaces;

export function TestMapping({ values, change }: EditProps) {
  const id = useConnection(values.connection)?.id;
  const { isPending: isToBeKnown } = useConnections();
  const test = useMutation({ mutationFn: () => tryDefinition(values, id) });
  const isOutbound = values.type === 'outbound';
  return (
    <Card
      title={sections.test}
      actions={
        <Button isDisabled={test.isPending || isToBeKnown} onPress={() => test.mutate()}>
          {test.data === undefined ? words.run : words.again}
        </Button>
      }
    >
      <p className="soft">{isOutbound ? words.leadOutbound : words.lead}</p>
      {values.tests.length === 0 ? null : <Cases tests={values.tests} onChange={(tests) => change({ tests })} />}
      {test.isPending ? <p role="status">{words.working}</p> : null}
      <Problems errors={errorsOf(test.error).map(inForm)} />
      {test.data === undefined ? null : <Outcome tried={test.data} values={values} change={change} />}
    </Card>
  );
}

type CasesProps = { tests: readonly unknown[]; onChange: (tests: readonly unknown[]) => void };

/** Those that are kept; each can be taken out again. */
function Cases({ tests, onChange }: CasesProps) {
  const nameOf = (one: unknown, place: number) => (Object(one) as { name?: string }).name ?? words.caseOf(place + 1);
  return (
    <>
      <p className="soft">{words.cases(tests.length)}</p>
      <ul className="cases">
        {tests.map((one, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: cases need not have a name
          <li key={place} className="buttons">
            <span>{nameOf(one, place)}</span>
            <Button
              look="quiet"
              label={words.removeCase(nameOf(one, place), place + 1)}
              onPress={() => onChange(tests.filter((_, other) => other !== place))}
            >
              {words.remove}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is said already stays as it is said. */
function withTypes(types: EditProps['values']['types'], seen: readonly ColumnType[]): readonly ColumnType[] {
  return [...types, ...seen.filter(({ name }) => !types.some((one) => one.name === name))];
}

function Outcome({ tried, values, change }: EditProps & { tried: Tried }) {
  const columns = useColumns(values).data ?? [];
  const tell = useTell();
  const [kept, setKept] = useState<readonly TriedRow[]>([]);
  const keep = (row: TriedRow, place: number) => {
    setKept([...kept, row]);
    change({
      tests: [...values.tests, caseOf(words.caseName(place), row, values, columns)],
      types: withTypes(values.types, typedColumns(row, columns, values)),
    });
    tell(words.kept);
  };
  return (
    <>
      {tried.target === null ? null : (
        <Note tone="alarm" title={words.refused}>
          {`${tried.target.message} ${tried.target.next}`}
        </Note>
      )}
      {tried.tableSaid === null ? null : <Note tone="warn">{tried.tableSaid}</Note>}
      {tried.rows.length === 0 ? (
        <p>{words.noRows}</p>
      ) : (
        <Rows tried={tried} values={values} kept={kept} onKeep={keep} />
      )}
    </>
  );
}

type RowsProps = Pick<EditProps, 'values'> & {
  tried: Tried;
  kept: readonly TriedRow[];
  onKeep: (row: TriedRow, place: number) => void;
};

function Rows({ tried, values, kept, onKeep }: RowsProps) {
  const isOutbound = values.type === 'outbound';
  const heads = [isOutbound ? words.record : words.sample, words.result, words.verdict];
  return (
    <div className="tablescroll">
      <table className="table" aria-label={words.table}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">
              <span className="hidden">{words.keep}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tried.rows.map((row, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a sample row has no name but its place
            <tr key={place}>
              <td data-label={heads[0]}>
                <CellList of={row.row} />
              </td>
              <td data-label={heads[1]}>
                {row.cells === null ? null : <CellList of={row.cells} leaves={!isOutbound} />}
              </td>
              <td data-label={heads[2]}>
                <div>
                  <Verdict row={row} isOutbound={isOutbound} />
                </div>
              </td>
              <td className="act">
                <Button
                  label={words.keepOf(place + 1)}
                  isDisabled={kept.includes(row)}
                  onPress={() => onKeep(row, place + 1)}
                >
                  {words.keep}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellList({ of, leaves = false }: { of: Cells; leaves?: boolean }) {
  return (
    <ul>
      {Object.entries(of).map(([name, value]) => (
        <li key={name}>
          <span className="soft small">{name}</span> <CellText value={value} leaves={leaves} />
        </li>
      ))}
    </ul>
  );
}

function CellText({ value, leaves }: { value: string | null; leaves: boolean }) {
  if (value === null) return <em className="soft">{words.null}</em>;
  return leaves && value === '' ? <em className="soft">{words.leaves}</em> : value;
}

function Verdict({ row: { said }, isOutbound }: { row: TriedRow; isOutbound: boolean }) {
  if (said.length === 0) return <Badge tone="good">{isOutbound ? words.written : words.sent}</Badge>;
  return (
    <>
      <Badge tone="alarm">{words.refused}</Badge>
      <ul>
        {said.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}

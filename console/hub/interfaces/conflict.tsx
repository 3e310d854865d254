/** Somebody else saved meanwhile: what they changed, beside what stands in the form, and the ways on. */
import { useState } from 'react';
import { ApiFailure } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Badge, Card } from '../../ui/page.tsx';
import { errorsOf, Note, Problems } from '../../ui/problems.tsx';
import { text as ui } from '../../ui/text.ts';
import { useTell } from '../../ui/toasts.tsx';
import { text } from '../text.ts';
import { definitionOf, type InterfaceValues, type Kept, valuesOf, withNumbersAsTheyStood } from './interface-values.ts';
import type { Plain } from './lines.ts';
import { differing, merged } from './merge.ts';

const words = text.interfaces.conflict;

type ConflictProps = {
  kept: Kept;
  values: InterfaceValues;
  onTake: (merged: InterfaceValues) => void;
  onDiscard: () => void;
};

export function Conflict({ kept, values, onTake, onDiscard }: ConflictProps) {
  const tell = useTell();
  const [failure, setFailure] = useState<unknown>(null);
  const take = () => {
    try {
      onTake(laidOver(kept, values));
      tell(words.merged);
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <Card title={words.title(kept.changedBy, kept.version)}>
      <Note tone="warn">{words.lead}</Note>
      <Differences kept={kept} values={values} />
      <Problems errors={errorsOf(failure)} />
      <div className="buttons">
        <Button look="primary" onPress={take}>
          {words.merge}
        </Button>
        <Button onPress={onDiscard}>{words.theirsOnly}</Button>
      </div>
    </Card>
  );
}

/** What I changed, on the newest version. */
function laidOver({ definition, version }: Kept, values: InterfaceValues): InterfaceValues {
  const mine = definitionOf(values);
  const result = merged({ before: values.base, theirs: definition, mine }) as Plain;
  return { ...valuesOf(result, version), base: definition };
}

function Differences({ kept, values }: Pick<ConflictProps, 'kept' | 'values'>) {
  const rows = differing({ before: values.base, theirs: kept.definition, mine: mineOf(values) });
  return (
    <div className="tablescroll">
      <table className="table" aria-label={words.table}>
        <thead>
          <tr>
            {[words.field, words.before, words.theirs, words.mine].map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ field, before, theirs, mine, both }) => (
            <tr key={field}>
              <td data-label={words.field}>
                <div>
                  {field} {both ? <Badge tone="warn">{words.both}</Badge> : null}
                </div>
              </td>
              <td data-label={words.before}>
                <Said of={before} />
              </td>
              <td data-label={words.theirs}>
                <Said of={theirs} />
              </td>
              <td data-label={words.mine}>
                <Said of={mine} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where a number is no number yet, all else is compared. */
function mineOf(values: InterfaceValues): unknown {
  try {
    return definitionOf(values);
  } catch (error) {
    if (error instanceof ApiFailure) return definitionOf(withNumbersAsTheyStood(values));
    throw error;
  }
}

/** A value of a definition, as text. */
export function Said({ of }: { of: unknown }) {
  if (of === null || of === undefined) return ui.empty;
  if (typeof of === 'string') return of;
  return <code>{JSON.stringify(of)}</code>;
}

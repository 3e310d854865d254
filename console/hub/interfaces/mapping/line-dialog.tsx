/** What one target is filled from, in full: column, constant or formula, value map, null policy, parent by external id. */
import { lazy, Suspense } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { SelectField, TextField } from '../../../ui/fields.tsx';
import { Loading } from '../../../ui/loaded.tsx';
import { OfferField } from '../../../ui/offer-field.tsx';
import { choicesOf } from '../../choices-of.ts';
import { text } from '../../text.ts';
import type { InterfaceValues } from '../interface-values.ts';
import type { Line } from '../lines.ts';
import { ParentFields } from './parent-fields.tsx';
import type { Source, TargetRow } from './rows.ts';
import { ValueMapFields } from './value-map-fields.tsx';

const { mapping: words } = text.interfaces;

const FormulaEditor = lazy(() =>
  import('./formula-editor.tsx').then(({ FormulaEditor: editor }) => ({ default: editor })),
);

export type LineProps = { line: Line; put: (part: Partial<Line>) => void };

type DialogProps = Omit<LineProps, 'line'> & {
  row: TargetRow & { line: Line };
  values: InterfaceValues;
  sources: readonly Source[];
  onRemove: () => void;
  onClose: () => void;
};

export function LineDialog({ row, values, sources, put, onRemove, onClose }: DialogProps) {
  const { line, field } = row;
  const isOutbound = values.type === 'outbound';
  return (
    <Dialog title={words.lineTitle(row.name)} isOpen onClose={onClose}>
      <SelectField
        name="line.kind"
        label={words.from}
        value={line.kind}
        choices={choicesOf(isOutbound ? words.kindsOutbound : words.kinds)}
        onChange={(kind) => put({ kind })}
      />
      <SourceFields line={line} put={put} row={row} sources={sources} isOutbound={isOutbound} />
      {field?.type === 'reference' && !isOutbound ? (
        <ParentFields line={line} put={put} field={field} connection={values.connection} />
      ) : null}
      {line.kind === 'constant' ? null : <ValueMapFields line={line} put={put} />}
      <NullFields line={line} put={put} isOutbound={isOutbound} />
      {isOutbound ? <SizeFields line={line} put={put} /> : null}
      <div className="buttons">
        <Button look="danger" onPress={onRemove}>
          {words.unmap}
        </Button>
        <Button look="primary" onPress={onClose}>
          {words.done}
        </Button>
      </div>
    </Dialog>
  );
}

type SourceProps = LineProps & { row: TargetRow; sources: readonly Source[]; isOutbound: boolean };

function SourceFields({ line, put, row, sources, isOutbound }: SourceProps) {
  if (line.kind === 'constant') return <ConstantFields line={line} put={put} />;
  if (line.kind === 'column')
    return (
      <OfferField
        name="line.column"
        label={isOutbound ? words.field : words.column}
        isRequired
        value={line.column}
        offers={sources.map(({ name, label }) => ({ value: name, label }))}
        onChange={(column) => put({ column })}
      />
    );
  return (
    <Suspense fallback={<Loading />}>
      <FormulaEditor
        value={line.formula}
        sources={sources}
        isOpenEnded={isOutbound || sources.length === 0}
        wants={line.map.length > 0 || line.parent !== '' ? null : row.holds}
        onChange={(formula) => put({ formula })}
      />
    </Suspense>
  );
}

function ConstantFields({ line, put }: LineProps) {
  const isBoolean = line.constantType === 'Boolean';
  return (
    <>
      <SelectField
        name="line.constantType"
        label={words.constantType}
        value={line.constantType}
        choices={choicesOf(words.constantTypes)}
        onChange={(constantType) => put({ constantType, ...(constantType === 'Boolean' ? { constant: 'true' } : {}) })}
      />
      {line.constantType === 'Null' || isBoolean ? null : (
        <TextField
          name="line.constant"
          label={words.constant}
          value={line.constant}
          onChange={(constant) => put({ constant })}
        />
      )}
      {isBoolean ? (
        <SelectField
          name="line.constant"
          label={words.constant}
          value={line.constant}
          choices={[
            { value: 'true', label: 'true' },
            { value: 'false', label: 'false' },
          ]}
          onChange={(constant) => put({ constant })}
        />
      ) : null}
    </>
  );
}

function NullFields({ line, put, isOutbound }: LineProps & { isOutbound: boolean }) {
  const policies: Readonly<Record<string, string>> = isOutbound ? words.nullPoliciesOutbound : words.nullPolicies;
  return (
    <>
      <SelectField
        name="line.nulls"
        label={words.nullPolicy}
        value={line.nulls}
        choices={choicesOf(policies)}
        onChange={(nulls) => put({ nulls: nulls as Line['nulls'] })}
      />
      {line.nulls === 'default' ? (
        <TextField
          name="line.nullDefault"
          label={words.nullDefault}
          value={line.nullDefault}
          onChange={(nullDefault) => put({ nullDefault })}
        />
      ) : null}
    </>
  );
}

/** How the column is made, where the table is made by the run. */
function SizeFields({ line, put }: LineProps) {
  const number = (name: 'length' | 'precision' | 'scale') => (
    <TextField
      name={`line.${name}`}
      label={words.sizes[name]}
      help={words.sizeHelp[name]}
      value={line[name]}
      onChange={(typed) => put({ [name]: typed.replaceAll(/\D/g, '') })}
    />
  );
  return (
    <>
      <SelectField<string>
        name="line.holds"
        label={words.holds}
        value={line.holds}
        choices={[
          { value: '', label: words.holdsAsSeen },
          ...text.interfaces.columnTypes.types.map((type) => ({ value: type, label: type })),
        ]}
        onChange={(holds) => put({ holds })}
      />
      {number('length')}
      {number('precision')}
      {number('scale')}
    </>
  );
}

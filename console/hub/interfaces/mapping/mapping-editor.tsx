/** The mapping: sources on one side, targets on the other, and a line from each source to what it fills. */
import { useRef, useState } from 'react';
import { useFieldChanged, useFieldErrors } from '../../../ui/form.tsx';
import { Card } from '../../../ui/page.tsx';
import { Note, Problems } from '../../../ui/problems.tsx';
import { text } from '../../text.ts';
import { Unreadable } from '../interface-fields.tsx';
import type { EditProps, InterfaceValues } from '../interface-values.ts';
import { type Line, newLine } from '../lines.ts';
import { useColumns, useDescribe } from '../offers.ts';
import { LineDialog } from './line-dialog.tsx';
import './mapping.css';
import { NewColumn } from './new-column.tsx';
import { isMissing, rowsOfObject, rowsOfTable, type Source, sourcesOfColumns, sourcesOfFields } from './rows.ts';
import { SourceList } from './source-list.tsx';
import { TargetList } from './target-list.tsx';
import { Wires } from './wires.tsx';

const { mapping: words, sections, operations } = text.interfaces;

/** What stands on both sides. */
function useSides(values: InterfaceValues) {
  const isOutbound = values.type === 'outbound';
  const described = useDescribe(values.connection, values.object);
  const columns = useColumns(values);
  const ofFields = described.data === undefined ? [] : sourcesOfFields(described.data);
  const ofColumns = withTypes(sourcesOfColumns(columns.data ?? []), values);
  return {
    sources: isOutbound ? ofFields : ofColumns,
    rows: isOutbound ? rowsOfTable(columns.data, values) : rowsOfObject(described.data, values),
    failures: [described.error, isOutbound ? null : columns.error],
    hasTable: columns.data !== undefined,
  };
}

/** As the interface says what they hold, where it does. */
function withTypes(sources: readonly Source[], { types }: InterfaceValues): Source[] {
  return sources.map((source) => ({
    ...source,
    holds: types.find(({ name }) => name === source.name)?.holds ?? source.holds,
  }));
}

export function MappingEditor(props: EditProps) {
  const { values, change } = props;
  const isOutbound = values.type === 'outbound';
  const { sources, rows, failures, hasTable } = useSides(values);
  const [opened, setOpened] = useState<string | null>(null);
  const isChanged = useFieldChanged();
  const set = (target: string, line: Line | null) => {
    isChanged(`mapping.${target}`);
    change({ lines: placed(values.lines, target, line) });
  };
  const put = (target: string, part: Partial<Line>) => {
    const before = values.lines.find((line) => line.target === target) ?? newLine(target);
    set(target, { ...before, ...part });
  };
  const open = rows.find(({ name }) => name === opened);
  return (
    <Card title={sections.mapping}>
      <p className="soft" data-field="mapping" tabIndex={-1}>
        {words.lead}
      </p>
      {failures.map((failure, place) => (
        <Unreadable key={place === 0 ? 'fields' : 'columns'} of={failure} />
      ))}
      <MappingErrors shown={rows.map(({ name }) => name)} />
      <Missing names={rows.filter(isMissing).map(({ name }) => name)} />
      <Unwritable values={values} names={rows.filter((row) => row.line && !row.isWritable).map(({ name }) => name)} />
      {isOutbound ? <OutboundNote hasTable={hasTable} isEmpty={values.lines.length === 0} /> : null}
      <Sides sources={sources} rows={rows} values={values} put={put} set={set} onOpen={setOpened} />
      {isOutbound ? <NewColumn sources={sources} onAdd={(target, column) => put(target, { column })} /> : null}
      {open?.line === undefined ? null : (
        <LineDialog
          row={{ ...open, line: open.line }}
          values={values}
          sources={sources}
          put={(part) => put(open.line?.target ?? open.name, part)}
          onRemove={() => {
            setOpened(null);
            set(open.line?.target ?? open.name, null);
          }}
          onClose={() => setOpened(null)}
        />
      )}
    </Card>
  );
}

function placed(lines: readonly Line[], target: string, line: Line | null): Line[] {
  const at = lines.findIndex((one) => one.target === target);
  if (line === null) return lines.filter((_, place) => place !== at);
  return at < 0 ? [...lines, line] : lines.map((one, place) => (place === at ? line : one));
}

type SidesProps = {
  sources: readonly Source[];
  rows: Parameters<typeof TargetList>[0]['rows'];
  values: InterfaceValues;
  put: (target: string, part: Partial<Line>) => void;
  set: (target: string, line: Line | null) => void;
  onOpen: (target: string) => void;
};

function Sides({ sources, rows, values, put, set, onOpen }: SidesProps) {
  const box = useRef<HTMLDivElement>(null);
  const ties = values.lines
    .filter(({ kind, column }) => kind === 'column' && column !== '')
    .map(({ target, column }) => ({ from: column, to: target }));
  return (
    <div className="mapping" ref={box}>
      <SourceList sources={sources} values={values} />
      <Wires box={box} ties={ties} />
      <TargetList rows={rows} sources={sources} values={values} put={put} set={set} onOpen={onOpen} />
    </div>
  );
}

/** Of targets that have no row of their own here. */
function MappingErrors({ shown }: { shown: readonly string[] }) {
  const errors = [...useFieldErrors('mapping'), ...useFieldErrors('fields')];
  return <Problems errors={errors.filter(({ field }) => !shown.includes(field?.split('.')[1] ?? ''))} />;
}

function Missing({ names }: { names: readonly string[] }) {
  return names.length === 0 ? null : <Note tone="warn">{words.requiredSaid(names.join(', '))}</Note>;
}

function Unwritable({ values, names }: { values: InterfaceValues; names: readonly string[] }) {
  const operation = (operations as Readonly<Record<string, string>>)[values.operation] ?? values.operation;
  return names.map((name) => (
    <Note key={name} tone="warn">
      {words.unwritableSaid(name, operation)}
    </Note>
  ));
}

function OutboundNote({ hasTable, isEmpty }: { hasTable: boolean; isEmpty: boolean }) {
  if (isEmpty) return <Note>{words.all}</Note>;
  return hasTable ? null : <Note>{words.noTable}</Note>;
}

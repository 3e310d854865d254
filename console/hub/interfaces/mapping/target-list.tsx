/** The side of the targets: a row for each, with its source, and what is wrong with it. */
import { type DragEvent, useId, useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { FieldErrors } from '../../../ui/fields.tsx';
import { useFieldErrors } from '../../../ui/form.tsx';
import { Badge } from '../../../ui/page.tsx';
import { text } from '../../text.ts';
import type { InterfaceValues } from '../interface-values.ts';
import { type Line, newLine } from '../lines.ts';
import { isMissing, type Source, type TargetRow } from './rows.ts';

const { mapping: words } = text.interfaces;

export type TargetListProps = {
  rows: readonly TargetRow[];
  sources: readonly Source[];
  values: InterfaceValues;
  put: (target: string, part: Partial<Line>) => void;
  set: (target: string, line: Line | null) => void;
  onOpen: (target: string) => void;
};

/** A longer list is searched. */
const shownRows = 80;

export function TargetList(props: TargetListProps) {
  const { rows, values } = props;
  const id = useId();
  const [search, setSearch] = useState('');
  const [onlyMapped, setOnlyMapped] = useState(false);
  const what = values.type === 'outbound' ? words.sourcesOf(values.place) : words.fieldsOf(values.object);
  const found = rows.filter((row) => matches(row, search) && (!onlyMapped || row.line !== undefined || row.isRequired));
  return (
    <div className="side-of-mapping">
      <h3 id={id}>{rows.length === 0 ? words.targets : what}</h3>
      {rows.length === 0 ? (
        <p className="soft">{words.noTargets}</p>
      ) : (
        <>
          <div className="buttons">
            <input
              className="input"
              type="search"
              aria-label={words.find}
              placeholder={words.find}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
            <label className="buttons">
              <input
                className="checkbox"
                type="checkbox"
                checked={onlyMapped}
                onChange={(event) => setOnlyMapped(event.target.checked)}
              />
              {words.onlyMapped}
            </label>
          </div>
          <ul className="targets">
            {found.slice(0, shownRows).map((row) => (
              <Target key={row.name} {...props} row={row} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function matches({ name, label }: TargetRow, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return name.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted);
}

type TargetProps = TargetListProps & { row: TargetRow };

function Target({ row, sources, put, set, onOpen }: TargetProps) {
  const { name, label, line } = row;
  const id = useId();
  const isWrong = useFieldErrors(`mapping.${line?.target ?? name}`).length > 0;
  const [isOver, setOver] = useState(false);
  const target = line?.target ?? name;
  const isOpen = line !== undefined || row.isWritable;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    put(target, { kind: 'column', column: event.dataTransfer.getData('text/plain') });
  };
  return (
    <li
      data-target={target}
      data-over={isOver || undefined}
      data-wrong={isWrong || !row.isKnown || undefined}
      {...(isOpen
        ? {
            onDrop: drop,
            onDragOver: (event: DragEvent) => {
              event.preventDefault();
              setOver(true);
            },
            onDragLeave: () => setOver(false),
          }
        : {})}
    >
      <div>
        <div>
          <span id={id}>{name}</span> <Marks row={row} />
        </div>
        <span className="soft small">{label}</span>
      </div>
      {isOpen ? (
        <SourceChoice row={row} sources={sources} put={put} set={set} onOpen={onOpen} />
      ) : (
        <span className="soft small">{words.unwritable}</span>
      )}
      <div>
        {line === undefined ? null : (
          <Button label={words.detailsOf(name)} onPress={() => onOpen(name)}>
            {words.details}
          </Button>
        )}
      </div>
      <FieldErrors id={`${id}-wrong`} name={`mapping.${target}`} />
    </li>
  );
}

function Marks({ row }: { row: TargetRow }) {
  const { line, isKnown, isWritable, isRequired } = row;
  if (!isKnown) return <Badge tone="alarm">{words.unknown}</Badge>;
  if (line !== undefined && !isWritable) return <Badge tone="alarm">{words.unwritable}</Badge>;
  if (isMissing(row)) return <Badge tone="warn">{words.missing}</Badge>;
  return isRequired ? <Badge>{words.required}</Badge> : null;
}

type ChoiceProps = Pick<TargetProps, 'row' | 'sources' | 'put' | 'set' | 'onOpen'>;

const columnMark = 'column:';
const notMapped = '';
const otherKinds = ['constant', 'formula'] as const;

/** The way by keyboard: what the target is filled from. */
function SourceChoice({ row: { name, line }, sources, put, set, onOpen }: ChoiceProps) {
  const target = line?.target ?? name;
  const value = line === undefined ? notMapped : line.kind === 'column' ? columnMark + line.column : line.kind;
  const offered = sources.some((source) => source.name === line?.column);
  const choose = (chosen: string) => {
    if (chosen === notMapped) return set(target, null);
    if (chosen.startsWith(columnMark)) return put(target, { kind: 'column', column: chosen.slice(columnMark.length) });
    put(target, { ...(line ?? newLine(target)), kind: chosen as Line['kind'] });
    onOpen(name);
  };
  return (
    <select
      className="input"
      name={`mapping.${target}`}
      aria-label={words.sourceOf(name)}
      value={value}
      onChange={(event) => choose(event.target.value)}
    >
      <option value={notMapped}>{words.none}</option>
      <optgroup label={words.groupColumns}>
        {line?.kind === 'column' && !offered ? <option value={columnMark + line.column}>{line.column}</option> : null}
        {sources.map((source) => (
          <option key={source.name} value={columnMark + source.name}>
            {source.name}
          </option>
        ))}
      </optgroup>
      <optgroup label={words.groupOther}>
        {otherKinds.map((kind) => (
          <option key={kind} value={kind}>
            {words[kind]}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

/** A definition as it was saved, to be read: what it moves, by which mapping, and what was set besides. */
import { Link } from 'wouter';
import { Card, type Detail, Details } from '../../ui/page.tsx';
import { SimpleTable } from '../../ui/simple-table.tsx';
import { text } from '../text.ts';
import { type Definition, type InterfaceValues, valuesOf } from './interface-values.ts';
import { operationOf, StatusBadge, typeOf } from './interfaces.tsx';
import type { Line } from './lines.ts';

const words = text.interfaces;
const { fields, sections, view, advanced } = words;

type ShownProps = { definition: Definition; version: number; more: readonly Detail[] };

export function DefinitionShown({ definition, version, more }: ShownProps) {
  const values = valuesOf(definition, version);
  return (
    <>
      <Card title={sections.general}>
        <Details of={[...generalOf(definition, values), ...advancedOf(values), ...more]} />
      </Card>
      <Card title={sections.mapping}>
        {values.lines.length === 0 ? (
          <p className="soft">{words.mapping.all}</p>
        ) : (
          <SimpleTable label={view.mapping} columns={Object.values(view.columns)} rows={values.lines.map(asRow)} />
        )}
      </Card>
    </>
  );
}

/** By the list that finds it, since a definition knows names alone. */
function linkTo(list: 'integrations' | 'connections', name = '') {
  return name === '' ? '' : <Link href={`/${list}?search=${encodeURIComponent(name)}`}>{name}</Link>;
}

function generalOf(definition: Definition, values: InterfaceValues): Detail[] {
  const one = { definition };
  const isOutbound = values.type === 'outbound';
  return [
    { label: fields.integration, value: linkTo('integrations', definition.integration) },
    { label: fields.type, value: typeOf(one) },
    { label: fields.object, value: definition.object },
    { label: fields.operation, value: operationOf(one) },
    { label: isOutbound ? view.target : view.source, value: values.place },
    { label: fields.connection, value: linkTo('connections', definition.connection) },
    { label: fields.sequence, value: values.sequence },
    ...(isOutbound ? [] : [{ label: fields.externalId, value: values.externalId }]),
    { label: fields.mode, value: (words.modes as Readonly<Record<string, string>>)[values.mode] ?? '' },
    { label: fields.maxRetries, value: values.maxRetries },
    { label: fields.status, value: <StatusBadge definition={definition} /> },
    { label: view.tests, value: String(values.tests.length) },
  ];
}

/** Of what is seldom set, what is. */
function advancedOf(values: InterfaceValues): Detail[] {
  const { check, types } = values;
  const all: Detail[] = [
    { label: fields.key, value: values.key },
    { label: fields.where, value: values.where },
    { label: fields.check, value: check === '' ? '' : advanced.checks[check === 'off' ? 'off' : 'on'] },
    { label: fields.allowRejects, value: values.allowRejects },
    { label: fields.maxRows, value: values.maxRows },
    { label: fields.maxBytes, value: values.maxBytes },
    { label: fields.lookBackMinutes, value: values.lookBackMinutes },
    { label: fields.dataTimeZone, value: values.dataTimeZone },
    { label: words.columnTypes.columns, value: types.map(({ name, holds }) => `${name} ${holds}`).join(', ') },
  ];
  return all.filter(({ value }) => value !== '');
}

function asRow(line: Line) {
  return [
    <span key="target" className="code">
      {line.target}
    </span>,
    <span key="from" className={line.kind === 'constant' ? 'long' : 'long code'}>
      {sourceOf(line)}
    </span>,
    besidesOf(line).join('; '),
  ];
}

function sourceOf({ kind, column, formula, constant, constantType }: Line): string {
  if (kind === 'formula') return formula;
  if (kind === 'column') return column;
  return constantType === 'Null' ? words.test.null : view.constant(constant);
}

/** Value map, null policy and parent, where there are any. */
function besidesOf(line: Line): string[] {
  const { map, otherwise, otherwiseDefault, nulls, nullDefault, parent, externalId } = line;
  const pairs = map.map(({ from, to }) => `${from} → ${to}`).join(', ');
  const others = otherwise === 'default' ? otherwiseDefault : words.mapping.otherwises[otherwise];
  return [
    ...(parent === '' ? [] : [view.parent(parent, externalId)]),
    ...(map.length === 0 ? [] : [view.map(pairs, others)]),
    ...(nulls === '' ? [] : [view.nulls(nulls === 'default' ? nullDefault : words.mapping.nullPolicies[nulls])]),
  ];
}

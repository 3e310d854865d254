/** An interface of either direction: the one place that tells which of the two a definition is. */
import { Type, type ValuePath } from '../base/index.ts';
import { type InterfaceDefinition, interfaceSchema } from './interface-definition.ts';
import { checkInterface, type RefuseValue } from './interface-definition-check.ts';
import type { interfaceStatuses } from './interface-definition-in-hub.ts';
import { type OutboundDefinition, operationOf, outboundSchema } from './outbound-definition.ts';
import { checkOutbound } from './outbound-definition-check.ts';

const closed = { additionalProperties: false } as const;

/** Told apart by `type`; inbound when it is left out. Without the names of the two, since a schema stands under one name once. */
export const anyInterfaceSchema = Type.Union([
  Type.Object(interfaceSchema.properties, { ...closed, title: 'Inbound' }),
  Type.Object(outboundSchema.properties, { ...closed, title: 'Outbound' }),
]);

export type AnyInterfaceDefinition = InterfaceDefinition | OutboundDefinition;

/** Enough of any text that calls itself an interface to choose the schema it is held against. */
export const directionSchema = Type.Object({ type: Type.Optional(Type.Enum(['inbound', 'outbound'])) });

export function isOutbound(definition: { type?: string | undefined }): definition is OutboundDefinition {
  return definition.type === 'outbound';
}

/** What no schema can say, for either direction. Throws what `refuse` makes of the first thing that is wrong. */
export function checkAnyInterface(definition: AnyInterfaceDefinition, refuse: RefuseValue): void {
  if (isOutbound(definition)) checkOutbound(definition, refuse);
  else checkInterface(definition, refuse);
}

/** The schema that a definition is held against, with the names of its file form. */
export function schemaOf(definition: { type?: string | undefined }) {
  return isOutbound(definition)
    ? ({ schema: outboundSchema, schemaName: 'outbound-interface.schema.json' } as const)
    : ({ schema: interfaceSchema, schemaName: 'interface.schema.json' } as const);
}

type Said = { type: 'inbound' | 'outbound'; status: (typeof interfaceStatuses)[number]; operation: string };

/** What is meant where nothing is said: the hub keeps it written out. */
export function saidByDefault(definition: AnyInterfaceDefinition): Said {
  const { status = 'undeployed' } = definition;
  if (isOutbound(definition)) return { type: 'outbound', status, operation: operationOf(definition) };
  return { type: 'inbound', status, operation: definition.operation };
}

/** The label of a field on the page, else its path. */
export function labelOf(definition: { type?: string | undefined }, path: ValuePath): string {
  const properties = schemaOf(definition).schema.properties as Readonly<Record<string, object>>;
  const { title } = Object(properties[String(path[0])]) as { title?: string };
  return title !== undefined && path.length === 1 ? title : path.join('.');
}

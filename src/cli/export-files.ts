/** How integrations and interfaces stand in a folder: a folder each integration, a file each interface. */
import type { AnyInterfaceDefinition, IntegrationDefinition } from '../protocol/index.ts';

/** No interface can be called so. */
export const integrationFile = '_integration.yaml';
export const connectionEnding = '.connection.yaml';

/** The first line of a file that an export wrote, and that the next one may write over or remove. */
export const exportMark = '# Written by "sluice export".';

export type ExportFile = { path: string; text: string };

/** Paths go by `/`. The same definitions give the same bytes. */
export async function exportFilesOf(
  integrations: readonly IntegrationDefinition[],
  interfaces: readonly AnyInterfaceDefinition[],
): Promise<ExportFile[]> {
  const { stringify } = await import('yaml');
  const textOf = (value: object) =>
    `${exportMark}\n${stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })}`;
  return [
    ...integrations.map((one) => ({ path: `${one.name}/${integrationFile}`, text: textOf(integrationOf(one)) })),
    ...interfaces.map((one) => ({ path: `${one.integration}/${one.name}.yaml`, text: textOf(interfaceOf(one)) })),
  ];
}

function integrationOf({ name, description, sequence, state }: IntegrationDefinition): object {
  return { name, ...(description ? { description } : {}), sequence, state };
}

/** In a file the connection is a path. */
function interfaceOf(definition: AnyInterfaceDefinition): object {
  return { ...definition, connection: `../${definition.connection}${connectionEnding}` };
}

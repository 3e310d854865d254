/** What differs between files and hub, as steps that make the hub say what the files say. */
import { type AnyInterfaceDefinition, type IntegrationDefinition, saidByDefault } from '../protocol/index.ts';
import type { FileDefinitions } from './apply-files.ts';
import {
  type ConnectionSettings,
  type HubConnectionDefinition,
  settingsOfFile,
  settingsOfHub,
} from './connection-settings.ts';
import type { HubConnection, HubDefinitions, HubIntegration, HubInterface } from './hub-definitions.ts';

type Kind = 'connection' | 'integration' | 'interface';

/** `fields` are those that change. */
export type PlanStep = { action: 'create' | 'change' | 'delete'; kind: Kind; name: string; fields: readonly string[] };

export type Wished<Definition, Present> = {
  definition: Definition;
  present: Present | undefined;
  step: PlanStep | null;
  /** Of the file that says so. */
  path: string;
};

export type WishedConnection = Wished<ConnectionSettings, HubConnection> & { file: HubConnectionDefinition };

export type ApplyPlan = {
  connections: WishedConnection[];
  integrations: Wished<IntegrationDefinition, HubIntegration>[];
  interfaces: Wished<AnyInterfaceDefinition, HubInterface>[];
  /** In the hub, and in no file. */
  surplus: { connections: HubConnection[]; integrations: HubIntegration[]; interfaces: HubInterface[] };
};

/** What a file leaves out of the hub's own fields stays as it is there. */
export function planApply(files: FileDefinitions, hub: HubDefinitions): ApplyPlan {
  const connections = files.connections.map(({ file: path, definition }) => ({
    ...planConnection(definition, hub),
    path,
  }));
  const integrations = files.integrations.map(({ file: path, definition }) => {
    const present = hub.integrations.find(({ name }) => isSame(name, definition.name));
    const { $schema: _, ...said } = definition;
    const before = present && integrationOf(present);
    const wished = before === undefined ? said : { ...before, description: null, ...said };
    return { definition: wished, present, path, step: stepOf('integration', wished, before) };
  });
  const interfaces = files.interfaces.map(({ file: path, definition: said }) => {
    const present = hub.interfaces.find(({ definition }) => isSame(definition.name, said.name));
    const definition = present === undefined ? said : completeLike(said, present.definition);
    return { definition, present, path, step: stepOf('interface', definition, present?.definition) };
  });
  return {
    connections,
    integrations,
    interfaces: interfaces.sort((one, other) => placeOf(one.definition) - placeOf(other.definition)),
    surplus: {
      connections: surplusConnections(files, hub),
      integrations: hub.integrations.filter((one) => !integrations.some(({ present }) => present === one)),
      interfaces: hub.interfaces.filter((one) => !interfaces.some(({ present }) => present === one)),
    },
  };
}

function planConnection(file: HubConnectionDefinition, hub: HubDefinitions): Omit<WishedConnection, 'path'> {
  const present = hub.connections.find(({ name }) => isSame(name, file.name));
  const definition = settingsOfFile(file);
  const before = present && settingsOfHub(present, { byId: 'id' in file.agent });
  return { definition, file, present, step: stepOf('connection', definition, before) };
}

/** Where files only name connections, nothing is said of those that the hub has. */
function surplusConnections({ connections, interfaces }: FileDefinitions, hub: HubDefinitions): HubConnection[] {
  if (connections.length === 0) return [];
  const named = [
    ...connections.map(({ definition }) => definition.name),
    ...interfaces.map(({ definition }) => definition.connection),
  ];
  return hub.connections.filter(({ name }) => !named.some((one) => isSame(one, name)));
}

export function deletionOf(kind: Kind, name: string): PlanStep {
  return { action: 'delete', kind, name, fields: [] };
}

/** Those without a sequence come last, and are given one. */
const placeOf = ({ sequence }: AnyInterfaceDefinition) => sequence ?? Number.POSITIVE_INFINITY;

function integrationOf({ name, description, sequence, state }: HubIntegration): IntegrationDefinition {
  return { name, description, sequence, state };
}

function completeLike(said: AnyInterfaceDefinition, present: AnyInterfaceDefinition): AnyInterfaceDefinition {
  const stays = isSame(said.integration ?? '', present.integration ?? '') ? { sequence: present.sequence } : {};
  const { status = 'undeployed' } = present;
  return { ...saidByDefault({ status, ...said }), ...stays, ...said } as AnyInterfaceDefinition;
}

function stepOf<Definition extends { name: string }>(
  kind: Kind,
  wished: Definition,
  present: Definition | undefined,
): PlanStep | null {
  if (present === undefined) return { action: 'create', kind, name: wished.name, fields: [] };
  const names = [...new Set([...Object.keys(present), ...Object.keys(wished)])] as (keyof Definition & string)[];
  // As texts, since the order of a mapping is that of the columns that are sent.
  const fields = names.filter((name) => JSON.stringify(present[name]) !== JSON.stringify(wished[name]));
  return fields.length === 0 ? null : { action: 'change', kind, name: wished.name, fields };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

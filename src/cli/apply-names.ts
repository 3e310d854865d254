/** What interface files name has to be in the folder or in the hub: said before anything is changed, in a dry run too. */
import { findNearestName, SluiceError } from '../base/index.ts';
import type { FileDefinitions } from './apply-files.ts';
import type { HubDefinitions } from './hub-definitions.ts';

/** Throws SluiceError FILE_INVALID for the first interface whose integration or connection is nowhere. */
export function refuseUnknownNames(files: FileDefinitions, hub: HubDefinitions): void {
  const integrations = namesOf([...files.integrations.map(({ definition }) => definition), ...hub.integrations]);
  const connections = namesOf([...files.connections.map(({ definition }) => definition), ...hub.connections]);
  for (const { file, definition } of files.interfaces) {
    refuseUnknown(file, { kind: 'integration', name: definition.integration, known: integrations });
    refuseUnknown(file, { kind: 'connection', name: definition.connection, known: connections });
  }
}

const namesOf = (named: readonly { name: string }[]) => [...new Set(named.map(({ name }) => name))];

type Wanted = { kind: 'integration' | 'connection'; name: string; known: readonly string[] };

function refuseUnknown(file: string, { kind, name, known }: Wanted): void {
  if (known.some((one) => one.toLowerCase() === name.toLowerCase())) return;
  const nearest = findNearestName(name, known);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  const reason = `there is no ${kind} ${name}, neither in a file of this folder nor in the hub${hint || '.'}`;
  throw new SluiceError('FILE_INVALID', { file, position: '', reason, schema: 'interface.schema.json' });
}

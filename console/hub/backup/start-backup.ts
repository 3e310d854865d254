/** Starts a backup: for each object an interface that writes all its records into a file, made where it is not there yet, and a run of it. */
import { ApiFailure } from '../../ui/api.ts';
import { api } from '../api.ts';
import { text } from '../text.ts';

const words = text.backup;

export type BackupValues = { name: string; integration: string; connection: string; objects: readonly string[] };

type Connection = { id: number; name: string };
type Backup = BackupValues & { connectionId: number };

/** Gives the runs. Throws ApiFailure; interfaces that were made until then stay, and are used the next time. */
export async function startBackup(values: BackupValues, connections: readonly Connection[]) {
  const missing = (['name', 'integration', 'connection', 'objects'] as const).filter(
    (name) => values[name].length === 0,
  );
  if (missing.length > 0)
    throw new ApiFailure(
      400,
      missing.map((field) => ({ field, ...words.wanted[field] })),
    );
  const connectionId = connections.find(({ name }) => name === values.connection)?.id ?? 0;
  const backup = { ...values, name: values.name.trim(), connectionId };
  const interfaces: string[] = [];
  for (const object of values.objects) interfaces.push(await findOrMake(backup, object));
  // Together: none waits for another that did not go through.
  return await api.call('POST', '/runs', { body: { interfaces, order: 'together' } });
}

const nameOf = ({ name }: BackupValues, object: string) => `${name}-${object}`;

async function findOrMake(backup: Backup, object: string): Promise<string> {
  const name = nameOf(backup, object);
  const { rows } = await api.call('GET', '/interfaces', { query: { search: name, pageSize: 200 } });
  const there = rows.find(({ definition }) => definition.name.toLowerCase() === name.toLowerCase());
  if (there === undefined) return await make(backup, object);
  if (backsUp(there.definition, backup, object)) return there.definition.name;
  throw new ApiFailure(409, [{ field: 'name', ...words.nameTaken(name, object) }]);
}

type Definition = { type?: string | undefined; object: string; connection: string; target?: unknown };

function backsUp(definition: Definition, { connection }: Backup, object: string): boolean {
  const { file } = Object(definition.target) as { file?: string };
  return definition.object === object && definition.connection === connection && file === words.file(object);
}

async function make(backup: Backup, object: string): Promise<string> {
  const { integration, connection, connectionId } = backup;
  try {
    const params = { id: String(connectionId), object };
    const { fields } = await api.call('GET', '/connections/:id/objects/:object', { params });
    // Records that are gone leave the file, where the object says which they are.
    const deleted = fields.some((field) => field.name === 'IsDeleted') ? ('remove' as const) : ('ignore' as const);
    const target = { file: words.file(object), create: true, deleted };
    const named = { name: nameOf(backup, object), integration, connection, status: 'deployed' as const };
    const definition = { ...named, type: 'outbound' as const, object, target, changes: 'full' as const };
    await api.call('POST', '/interfaces', { body: { definition } });
    return named.name;
  } catch (error) {
    if (error instanceof ApiFailure)
      throw new ApiFailure(
        error.status,
        error.errors.map((one) => ofObject(object, one)),
      );
    throw error;
  }
}

function ofObject<Refusal extends { field: string | null; message: string }>(
  object: string,
  { field, message, ...rest }: Refusal,
) {
  const shown = field?.replace(/^definition\./, '') ?? null;
  return { ...rest, field: shown, message: words.ofObject(object, message) };
}

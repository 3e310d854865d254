/** For tests: sees to it that a hub knows a connection of this name, with no agent behind it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const columns =
  'name TEXT, type TEXT, agent_row INTEGER, database TEXT, salesforce TEXT, changed_at INTEGER, changed_by TEXT';

/** `folder` is that of the hub, which may be running. */
export function keepConnectionInTest(folder: string, name: string): void {
  const file = new DatabaseSync(join(folder, 'hub.sqlite'), { timeout: 10_000, enableForeignKeyConstraints: false });
  try {
    file.exec(`CREATE TABLE IF NOT EXISTS connection (${columns})`);
    const names = columns.replaceAll(/ [A-Z]+/g, '');
    const sql = `INSERT INTO connection (${names}) VALUES (:name, 'agentDatabase', 0, '{}', '{}', 0, 'test')`;
    file.prepare(sql).run({ name });
  } finally {
    file.close();
  }
}

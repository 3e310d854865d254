/** For tests: sees to it that a hub knows a connection of this name, with no agent behind it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const columns = 'name, type, agent_row, database, salesforce, changed_at, changed_by';

/** `folder` is that of the hub, which may be running. */
export function keepConnectionInTest(folder: string, name: string): void {
  const file = new DatabaseSync(join(folder, 'hub.sqlite'), { timeout: 10_000, enableForeignKeyConstraints: false });
  try {
    const sql = `INSERT INTO connection (${columns}) VALUES (:name, 'agentDatabase', 0, '{}', '{}', 0, 'test')`;
    file.prepare(sql).run({ name });
  } finally {
    file.close();
  }
}

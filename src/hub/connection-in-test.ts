/** For tests: sees to it that a hub knows a connection of this name, with an agent behind it that nobody has reached. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AgentDatabase } from '../protocol/index.ts';

const address = 'https://127.0.0.1:9055';
const salesforce = {
  environment: 'production',
  myDomainUrl: 'https://acme.my.salesforce.com',
  tokenUrl: 'https://acme.my.salesforce.com/services/oauth2/token',
  consumerKey: '3MVG9warehouse',
};

/** `folder` is that of the hub, which may be running. */
export function keepConnectionInTest(
  folder: string,
  name: string,
  database: AgentDatabase = { type: 'sqlite', file: `${name}.sqlite` },
): void {
  const file = new DatabaseSync(join(folder, 'hub.sqlite'), { timeout: 10_000 });
  try {
    const agent = file.prepare(`INSERT INTO agent (kind, url, username) VALUES ('endpoint', :address, 'agent')`);
    const { lastInsertRowid } = agent.run({ address });
    const type = database.type === 'csv' ? 'agentFile' : 'agentDatabase';
    const columns = 'name, type, agent_row, database, salesforce, changed_at, changed_by';
    const sql = `INSERT INTO connection (${columns}) VALUES (:name, :type, :agent, :database, :salesforce, 0, 'test')`;
    const texts = { database: JSON.stringify(database), salesforce: JSON.stringify(salesforce) };
    file.prepare(sql).run({ name, type, agent: lastInsertRowid, ...texts });
  } finally {
    file.close();
  }
}

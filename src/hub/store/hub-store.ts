/** The hub's store as one thing with a life: the tables by name, each with what happens to it. */
import type { Clock, Log } from '../../base/index.ts';
import { lockFolder, type SqliteFile } from '../../store/index.ts';
import { type Agents, agentsTable } from './agents.ts';
import { type ApiUsages, apiUsageTable } from './api-usage.ts';
import { type AttentionReader, attentionReader } from './attention.ts';
import { type AuditReader, auditReader, writeAudit } from './audit.ts';
import { type Calls, callsTable } from './calls.ts';
import { openCallsThread } from './calls-thread.ts';
import { type Clients, clientsTable } from './clients.ts';
import { type Connections, connectionsTable } from './connections.ts';
import { type Deployments, deploymentsTable } from './deployments.ts';
import { type DialledAgents, dialledAgentsTable } from './dialled-agents.ts';
import { openHubFile } from './hub-file.ts';
import { type Integrations, integrationsTable } from './integrations.ts';
import { type Interfaces, interfacesTable } from './interfaces.ts';
import { type Messages, messagesTable } from './messages.ts';
import { type People, peopleTable } from './people.ts';
import { type Registrations, registrationsTable } from './registrations.ts';
import { type RemoteSites, remoteSitesTable } from './remote-sites.ts';
import { type Reports, reportsTable } from './reports.ts';
import { type Requests, requestsTable } from './requests.ts';
import { type Retention, retentionTable } from './retention.ts';
import { type Runs, runsTable } from './runs.ts';
import { type Sessions, sessionsTable } from './sessions.ts';
import { unlessTaken } from './stale.ts';
import { type ThroughputReader, throughputReader } from './throughput.ts';
import { type Tokens, tokensTable } from './tokens.ts';
import { type WaitingMessages, waitingMessagesTable } from './waiting-messages.ts';

export type HubStore = AsyncDisposable & {
  readonly file: string;
  people: People;
  sessions: Sessions;
  remoteSites: RemoteSites;
  clients: Clients;
  tokens: Tokens;
  agents: Agents;
  connections: Connections;
  registrations: Registrations;
  dialledAgents: DialledAgents;
  requests: Requests;
  reports: Reports;
  runs: Runs;
  calls: Calls;
  waitingMessages: WaitingMessages;
  deployments: Deployments;
  integrations: Integrations;
  interfaces: Interfaces;
  messages: Messages;
  retention: Retention;
  throughput: ThroughputReader;
  apiUsage: ApiUsages;
  attention: AttentionReader;
  audit: AuditReader;
};

/** What is changed, in the words of the audit trail. `action` is a word to search for, `display` a sentence without secrets. */
export type ChangeNote = { action: string; section: string; display: string };

/** What the tables write with. */
export type Writing = {
  store: SqliteFile;
  clock: Pick<Clock, 'now'>;
  /**
   * One transaction: the work, and who did it. On disk when it resolves; nothing stays of it when the work throws. Throws
   * ApiRefused 409 when somebody else took a name or place meanwhile.
   */
  change<Result>(by: string, note: ChangeNote, work: (now: number) => Result): Promise<Result>;
};

type HubStoreMeans = {
  clock: Pick<Clock, 'now'>;
  /** Called after each change that stands in the audit trail. */
  changed?: (() => void) | undefined;
  log?: Log | undefined;
  /** Told how many works of different callers shared a transaction. */
  onCommitted?: ((works: number) => void) | undefined;
};

/**
 * Opens `hub.sqlite` in this folder, made on first use, for this process alone.
 *
 * @throws SluiceError STORE_IN_USE, STORE_TOO_NEW, STORE_LOCKED, FILE_UNREADABLE.
 */
export function openHubStore(folder: string, { clock, changed, ...means }: HubStoreMeans): HubStore {
  const lock = lockFolder(folder);
  const store = openStore(folder, lock, means);
  const writing = createWriting(store, clock, changed);
  const thread = openCallsThread({ folder, store, clock, onCommitted: means.onCommitted });
  return {
    file: store.file,
    people: peopleTable(writing),
    sessions: sessionsTable(writing),
    remoteSites: remoteSitesTable(writing),
    clients: clientsTable(writing),
    tokens: tokensTable(writing),
    agents: agentsTable(writing),
    connections: connectionsTable(writing),
    registrations: registrationsTable(writing),
    dialledAgents: dialledAgentsTable(writing),
    requests: requestsTable(writing),
    reports: reportsTable(writing),
    runs: runsTable(writing),
    calls: callsTable(writing, thread),
    waitingMessages: waitingMessagesTable(writing),
    deployments: deploymentsTable(writing),
    integrations: integrationsTable(writing),
    interfaces: interfacesTable(writing),
    messages: messagesTable(writing),
    retention: retentionTable(writing),
    throughput: throughputReader(writing),
    apiUsage: apiUsageTable(writing),
    attention: attentionReader(store),
    audit: auditReader(store),
    async [Symbol.asyncDispose]() {
      await thread[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      lock[Symbol.dispose]();
    },
  };
}

/** What tables over this file write with. */
export function createWriting(store: SqliteFile, clock: Pick<Clock, 'now'>, changed?: () => void): Writing {
  return {
    store,
    clock,
    change(by, note, work) {
      const writing = store.write(() => {
        const now = clock.now();
        const result = work(now);
        writeAudit(store, { at: now, actor: by, ...note });
        return result;
      });
      void writing.then(
        () => changed?.(),
        () => undefined,
      );
      return unlessTaken(writing);
    },
  };
}

function openStore(folder: string, lock: Disposable, means: Omit<HubStoreMeans, 'clock' | 'changed'>): SqliteFile {
  try {
    return openHubFile(folder, means);
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** The audit trail: every change, by whom, in one sentence. It is only ever added to. */
import type { SqliteFile } from '../../store/index.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';

export type AuditEntry = { at: number; actor: string; action: string; section: string; display: string };

export type AuditReader = {
  list(query: ListQuery): PageOf<AuditEntry & { id: number }>;
  /** Grows with every change that a person makes: what was read before is as it was while this is the same. */
  lastId(): number;
};

/** Inside a transaction only. */
export function writeAudit(store: SqliteFile, entry: AuditEntry): void {
  store.run(
    'INSERT INTO audit_entry (at, actor, action, section, display) VALUES (:at, :actor, :action, :section, :display)',
    entry,
  );
}

export function auditReader(store: SqliteFile): AuditReader {
  return {
    lastId: oncePerTurn(store, () => Number(store.get('SELECT coalesce(max(id), 0) AS id FROM audit_entry')?.id)),
    list: (query) =>
      readPage(store, {
        table: 'audit_entry',
        columns: { id: 'id', at: 'at', actor: 'actor', action: 'action', section: 'section', display: 'display' },
        searched: ['actor', 'action', 'section', 'display'],
        defaultSort: '-id',
        query,
        read: (row) => row as AuditEntry & { id: number },
      }),
  };
}

/** What another process changed meanwhile is seen in the next turn of the event loop, what this one did at once. */
function oncePerTurn(store: SqliteFile, read: () => number): () => number {
  let known: { value: number; commits: number } | undefined;
  return () => {
    if (known?.commits === store.commits()) return known.value;
    if (known === undefined)
      setImmediate(() => {
        known = undefined;
      });
    known = { value: read(), commits: store.commits() };
    return known.value;
  };
}

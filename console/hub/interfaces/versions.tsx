/** The versions of an interface: every save, compared with the newest, and restored. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { Dialog, Question } from '../../ui/dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Badge, Card } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { text as ui } from '../../ui/text.ts';
import { useTell } from '../../ui/toasts.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { useMay } from '../use-may.ts';
import { Said } from './conflict.tsx';
import type { Kept } from './interface-values.ts';

const { versions: words, sections } = text.interfaces;

type Asked = { version: number; act: 'compare' | 'restore' };

export function Versions({ kept }: { kept: Kept }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const params = { id: String(kept.id) };
  const found = useAnswer('/interfaces/:id/versions', { params, query: { pageSize: 200 } });
  const close = () => setAsked(null);
  return (
    <Card title={sections.versions}>
      <Loaded of={found}>{({ rows }) => <Table rows={rows} of={kept} onAsk={setAsked} />}</Loaded>
      {asked?.act === 'compare' ? <Compared kept={kept} version={asked.version} onClose={close} /> : null}
      {asked?.act === 'restore' ? <Restoring kept={kept} version={asked.version} onClose={close} /> : null}
    </Card>
  );
}

type Row = { version: number; savedAt: number; savedBy: string; restored: number | null };
type TableProps = { rows: readonly Row[]; of: Kept; onAsk: (asked: Asked) => void };

function Table({ rows, of: { id, version: newest }, onAsk }: TableProps) {
  return (
    <div className="tablescroll">
      <table className="table" aria-label={words.table}>
        <thead>
          <tr>
            {[words.version, words.savedAt, words.savedBy, words.restored].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">
              <span className="hidden">{ui.table.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ version, savedAt, savedBy, restored }) => (
            <tr key={version}>
              <td data-label={words.version}>
                <Link href={`/interfaces/${id}?version=${version}`}>{version}</Link>{' '}
                {version === newest ? <Badge>{words.newest}</Badge> : null}
              </td>
              <td data-label={words.savedAt}>
                <Moment at={savedAt} />
              </td>
              <td data-label={words.savedBy}>{savedBy}</td>
              <td data-label={words.restored}>{restored ?? ui.empty}</td>
              <td className="act">{version === newest ? null : <Acts version={version} onAsk={onAsk} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Acts({ version, onAsk }: { version: number; onAsk: (asked: Asked) => void }) {
  const mayRestore = useMay('administrator');
  return (
    <div className="buttons">
      <Button label={words.compareOf(version)} onPress={() => onAsk({ version, act: 'compare' })}>
        {words.compare}
      </Button>
      {mayRestore ? (
        <Button label={words.restoreOf(version)} onPress={() => onAsk({ version, act: 'restore' })}>
          {words.restore}
        </Button>
      ) : null}
    </div>
  );
}

type OneProps = { kept: Kept; version: number; onClose: () => void };

function Compared({ kept, version, onClose }: OneProps) {
  const found = useAnswer('/interfaces/:id/difference', {
    params: { id: String(kept.id) },
    query: { from: version, to: kept.version },
  });
  return (
    <Dialog title={words.compareTitle(version, kept.version)} isOpen onClose={onClose}>
      <Loaded of={found}>
        {({ differences }) => (differences.length === 0 ? <p>{words.nothing}</p> : <Differences of={differences} />)}
      </Loaded>
      <div className="buttons">
        <Button onPress={onClose}>{words.close}</Button>
      </div>
    </Dialog>
  );
}

function Differences({ of }: { of: readonly { field: string; before: unknown; after: unknown }[] }) {
  return (
    <div className="tablescroll">
      <table className="table">
        <thead>
          <tr>
            {[words.field, words.before, words.after].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.map(({ field, before, after }) => (
            <tr key={field}>
              <td data-label={words.field}>{field}</td>
              <td data-label={words.before}>
                <Said of={before} />
              </td>
              <td data-label={words.after}>
                <Said of={after} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Restoring({ kept, version, onClose }: OneProps) {
  const queries = useQueryClient();
  const tell = useTell();
  const restore = useMutation({
    mutationFn: () =>
      api.call('POST', '/interfaces/:id/restore', {
        params: { id: String(kept.id) },
        body: { restore: version, version: kept.version },
      }),
    onSuccess: async () => {
      tell(words.restoredNow(version));
      onClose();
      for (const key of ['/interfaces', '/interfaces/:id', '/interfaces/:id/versions'])
        await queries.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <Question
      title={words.restoreTitle(version)}
      isOpen
      yes={words.restore}
      isBusy={restore.isPending}
      onNo={onClose}
      onYes={() => restore.mutate()}
    >
      <p>{words.restoreText}</p>
      <Problems errors={errorsOf(restore.error)} />
    </Question>
  );
}

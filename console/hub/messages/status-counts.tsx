/** How many messages there are of each status; each is a filter. */
import { useAnswer } from '../api.ts';
import { messageText as words } from '../text/messages.ts';
import type { UsedFilter } from './message-filter.ts';
import { countOf, type Status } from './message-values.ts';

const everyMs = 5_000;
const statuses = Object.keys(words.statuses) as Status[];

export function StatusCounts({ used: { filter, change } }: { used: UsedFilter }) {
  const { interface: name, integration } = filter;
  const query = {
    ...(name === undefined ? {} : { interface: name }),
    ...(integration === undefined ? {} : { integration }),
  };
  const counts = useAnswer('/messages/counts', { query, everyMs });
  const entries: [string, string, string][] = [
    ['', words.all, ''],
    ...statuses.map((status): [string, string, string] => {
      const count = counts.data?.[status];
      return [status, words.statuses[status], count === undefined ? '' : countOf(count)];
    }),
  ];
  return (
    <fieldset className="counts" aria-label={words.counts}>
      {entries.map(([status, label, count]) => (
        <button
          key={label}
          type="button"
          className="statuscount"
          aria-pressed={(filter.status ?? '') === status}
          onClick={() => change({ status })}
        >
          <span>{label}</span> <strong>{count}</strong>
        </button>
      ))}
    </fieldset>
  );
}

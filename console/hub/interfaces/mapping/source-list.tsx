/** The side of the sources: each can be dragged onto a target. */
import { useId } from 'react';
import { text } from '../../text.ts';
import type { InterfaceValues } from '../interface-values.ts';
import type { Source } from './rows.ts';

const { mapping: words } = text.interfaces;

export function SourceList({ sources, values }: { sources: readonly Source[]; values: InterfaceValues }) {
  const id = useId();
  const what = values.type === 'outbound' ? words.fieldsOf(values.object) : words.sourcesOf(values.place);
  const used = new Set(values.lines.filter(({ kind }) => kind === 'column').map(({ column }) => column));
  return (
    <div className="side-of-mapping">
      <h3 id={id}>{sources.length === 0 ? words.sources : what}</h3>
      {sources.length === 0 ? (
        <p className="soft">{words.noSources}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <ul className="sources" tabIndex={0} aria-labelledby={id}>
          {sources.map(({ name, label }) => (
            <li
              key={name}
              draggable
              data-source={name}
              data-used={used.has(name) || undefined}
              onDragStart={(event) => {
                event.dataTransfer.setData('text/plain', name);
                event.dataTransfer.effectAllowed = 'link';
              }}
            >
              <span>{name}</span>
              <span className="soft small">{label}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Quick Find: the menu, and the box above it that leaves only what matches. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { text } from './text.ts';

export type TreeEntry = {
  label: string;
  to: string;
  /** Addresses that belong to it with all below them, such as `/apps`, or `/apps/:id/manage`. */
  covers?: readonly string[];
  /** Of those, the ones that belong to another entry. */
  leaves?: readonly string[];
};
export type TreeGroup = { label: string; entries: readonly TreeEntry[] };

type QuickFindProps = { tree: readonly TreeGroup[]; onSearch: () => void; beside: ReactNode };

export function QuickFind({ tree, onSearch, beside }: QuickFindProps) {
  const [search, setSearch] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLElement>(null);
  const shown = matching(tree, search);
  const [path] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has an entry of its own
  useEffect(() => bringIntoView(list.current?.querySelector('[aria-current]')), [path]);
  const move = (event: KeyboardEvent) => {
    const links = [...(list.current?.querySelectorAll('a') ?? [])];
    const all = [box.current, ...links];
    const at = all.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'ArrowDown') all[Math.min(at + 1, all.length - 1)]?.focus();
    else if (event.key === 'ArrowUp') all[Math.max(at - 1, 0)]?.focus();
    else if (event.key === 'Enter' && at === 0) links[0]?.click();
    else if (event.key === 'Escape') setSearch('');
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the box and the links inside
    <div onKeyDown={(event) => (isLinkActivated(event) ? undefined : move(event))}>
      <search className="withbutton">
        <input
          ref={box}
          className="input"
          type="search"
          aria-label={text.quickFind.label}
          placeholder={text.quickFind.placeholder}
          value={search}
          onChange={(event) => {
            setSearch(event.target.value);
            if (event.target.value !== '') onSearch();
          }}
        />
        {beside}
      </search>
      <nav ref={list} aria-label={text.menu}>
        {shown.length === 0 ? <p className="none">{text.quickFind.nothing}</p> : null}
        {shown.map((group) => (
          <Group key={group.label} group={group} />
        ))}
      </nav>
    </div>
  );
}

/** Enter on a link is the link's own. */
function isLinkActivated({ key, target }: KeyboardEvent): boolean {
  return key === 'Enter' && target instanceof HTMLAnchorElement;
}

function Group({ group: { label, entries } }: { group: TreeGroup }) {
  const [path] = useLocation();
  return (
    <>
      {label === '' ? null : <h2>{label}</h2>}
      <ul>
        {entries.map((entry) => (
          <li key={entry.to}>
            <Link href={entry.to} aria-current={isOpen(path, entry) ? 'page' : undefined}>
              {entry.label}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Scrolls the menu alone: scrollIntoView would also move the place from which Tab goes on. */
function bringIntoView(entry: Element | null | undefined): void {
  const side = entry?.closest('.side');
  if (!entry || !side) return;
  const { top, bottom } = entry.getBoundingClientRect();
  const frame = side.getBoundingClientRect();
  if (top < frame.top || bottom > frame.bottom) side.scrollTop += top - frame.top - frame.height / 2;
}

function isOpen(path: string, { to, covers = [], leaves = [] }: TreeEntry): boolean {
  return path === to || (covers.some((each) => isBelow(path, each)) && !leaves.some((each) => isBelow(path, each)));
}

function isBelow(path: string, address: string): boolean {
  return new RegExp(`^${address.replaceAll(':id', '[^/]+')}(/|$)`).test(path);
}

/** Entries that match, with all entries of a group whose own name does. */
function matching(tree: readonly TreeGroup[], search: string): readonly TreeGroup[] {
  const wanted = search.trim().toLowerCase();
  const fits = (name: string) => name.toLowerCase().includes(wanted);
  return tree
    .map(({ label, entries }) => ({ label, entries: fits(label) ? entries : entries.filter((one) => fits(one.label)) }))
    .filter(({ entries }) => entries.length > 0);
}

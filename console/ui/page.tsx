/** What every page is made of: its title, its actions, its blocks. */
import { createContext, type ReactNode, use, useEffect, useRef } from 'react';
import { text } from './text.ts';

type PageProps = {
  title: string;
  /** What kind of thing it is about, above the title. */
  kind?: string;
  /** Of the whole interface, behind the page's title in the window's. */
  product: string;
  actions?: ReactNode;
  children: ReactNode;
};

const InPage = createContext(false);

/** Whether what is shown stands on a page that has its title. */
export const useInPage = () => use(InPage);

/** Coming to a page inside the app moves the focus to its title, so that it is read out and Tab goes on from there. */
let isFirstPage = true;

export function Page({ title, kind, product, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} | ${product}`;
  }, [title, product]);
  useEffect(() => {
    if (!isFirstPage && !location.search.includes('field=')) heading.current?.focus();
    isFirstPage = false;
  }, []);
  return (
    <>
      <div className="pagehead">
        <div>
          {kind === undefined ? null : <p className="kind">{kind}</p>}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </div>
        {actions === undefined ? null : <div className="buttons">{actions}</div>}
      </div>
      <InPage value={true}>{children}</InPage>
    </>
  );
}

type CardProps = { title: string; actions?: ReactNode; children: ReactNode };

export function Card({ title, actions, children }: CardProps) {
  return (
    <section className="card" aria-label={title}>
      <div className="head">
        <h2>{title}</h2>
        {actions === undefined ? null : <div className="buttons">{actions}</div>}
      </div>
      <div className="body">{children}</div>
    </section>
  );
}

export type Detail = { label: string; value: ReactNode };

export function Details({ of }: { of: readonly Detail[] }) {
  return (
    <dl className="details">
      {of.map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value === null || value === '' ? text.empty : value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** For a list with nothing in it yet: what it is for, and how to begin. */
export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p className="soft">{children}</p>
      {action}
    </div>
  );
}

export function Badge({ tone = 'plain', children }: { tone?: string; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

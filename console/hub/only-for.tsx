/** A page that takes a role: who has another is told so, and by whom it can be done. */
import type { ReactNode } from 'react';
import { LinkButton } from '../ui/button.tsx';
import { EmptyState, Page } from '../ui/page.tsx';
import { text as ui } from '../ui/text.ts';
import { useSession } from './api.ts';
import { text } from './text.ts';
import { type Role, useMay } from './use-may.ts';

const words = text.onlyFor;

export function OnlyFor({ role, children }: { role: Role; children: ReactNode }) {
  const may = useMay(role);
  const { data } = useSession();
  if (may || data === null || data === undefined) return children;
  return (
    <Page title={words.title} product={text.product}>
      <div className="card">
        <EmptyState title={words.says[role]} action={<LinkButton to="/">{ui.notFound.home}</LinkButton>}>
          {words.next[data.person.role]}
        </EmptyState>
      </div>
    </Page>
  );
}

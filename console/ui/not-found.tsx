/** For addresses that name no page. */
import { LinkButton } from './button.tsx';
import { EmptyState, Page } from './page.tsx';
import { text } from './text.ts';

export function NotFound({ product }: { product: string }) {
  const { title, message, next, home } = text.notFound;
  return (
    <Page title={title} product={product}>
      <div className="card">
        <EmptyState title={message} action={<LinkButton to="/">{home}</LinkButton>}>
          {next}
        </EmptyState>
      </div>
    </Page>
  );
}

/** After Save: changes can take a while, and where it goes on. */
import { LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { EmptyState, Page } from '../../ui/page.tsx';
import { type App, useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.savedApp;

export function SavedApp({ id }: { id: string }) {
  const app = useAnswer('/apps/:id', { params: { id } });
  return (
    <Page title={words.title} product={text.product}>
      <Loaded of={app}>
        {(found) => (
          <div className="card">
            <EmptyState
              title={words.heading}
              action={
                <LinkButton to={`/apps/${id}`} look="primary">
                  {words.continue}
                </LinkButton>
              }
            >
              {words.message(found.name)} {delayOf(found)}
            </EmptyState>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function delayOf({ credentials }: App): string {
  const availableAt = credentials[0]?.availableAt ?? 0;
  return availableAt > Date.now() ? words.delayed(new Date(availableAt).toLocaleTimeString()) : '';
}

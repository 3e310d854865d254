/** Stands for a page that could not be loaded, or failed while it was shown; the menu around it stays. */
import { Component, type ReactNode, useState } from 'react';
import { serverAnswers } from './away.tsx';
import { Button } from './button.tsx';
import { Page } from './page.tsx';
import { errorsOf, Problems } from './problems.tsx';
import { text } from './text.ts';

type BoundaryProps = { path: string; product: string; children: ReactNode };

/** Another page begins anew. */
export class PageBoundary extends Component<BoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override componentDidUpdate({ path }: BoundaryProps) {
    if (path !== this.props.path && this.state.error !== null) this.setState({ error: null });
  }
  override render() {
    const { error } = this.state;
    return error === null ? this.props.children : <Failed error={error} product={this.props.product} />;
  }
}

/** A browser does not ask again for a part that it once did not get: the whole is loaded anew, once there is something to load. */
function Failed({ error, product }: { error: unknown; product: string }) {
  const [isBusy, setBusy] = useState(false);
  const loadAgain = async () => {
    setBusy(true);
    if (await serverAnswers()) location.reload();
    setBusy(false);
  };
  return (
    <Page title={text.notShown} product={product}>
      <Problems errors={errorsOf(error)} />
      <div className="buttons">
        <Button isDisabled={isBusy} onPress={() => void loadAgain()}>
          {text.tryAgain}
        </Button>
      </div>
    </Page>
  );
}

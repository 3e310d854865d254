/** Export: says that it is at work, and what went wrong. */
import { useState } from 'react';
import { Button } from './button.tsx';
import { errorsOf, Problems } from './problems.tsx';
import { text } from './text.ts';

export function ExportButton({ save }: { save: () => Promise<void> }) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const run = () => {
    setBusy(true);
    save()
      .then(() => setFailure(null), setFailure)
      .finally(() => setBusy(false));
  };
  return (
    <div className="buttons">
      <Problems errors={errorsOf(failure)} />
      <Button isDisabled={isBusy} onPress={run}>
        {isBusy ? text.table.exporting : text.table.export}
      </Button>
    </div>
  );
}

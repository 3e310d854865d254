/** Export: all messages that the filter finds, as a file that the hub writes while it is sent. */
import { useState } from 'react';
import { addressOf } from '../../ui/api.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckBox, SelectField } from '../../ui/fields.tsx';
import { text as ui } from '../../ui/text.ts';
import { choicesOf } from '../choices-of.ts';
import { messageText as words } from '../text/messages.ts';
import { asQuery, type UsedFilter } from './message-filter.ts';

const { export: exporting } = words;

type Form = 'csv' | 'jsonl';

export function ExportMessages({ filter }: { filter: UsedFilter['filter'] }) {
  const [isOpen, setOpen] = useState(false);
  const [format, setFormat] = useState<Form>('csv');
  const [payload, setPayload] = useState(false);
  const [spreadsheet, setSpreadsheet] = useState(false);
  const query = { ...asQuery(filter), format, payload, spreadsheet: spreadsheet && format === 'csv' };
  return (
    <>
      <Button onPress={() => setOpen(true)}>{exporting.button}</Button>
      <Dialog title={exporting.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <p>{exporting.lead}</p>
        <SelectField
          name="format"
          label={exporting.format}
          value={format}
          choices={choicesOf(exporting.formats)}
          onChange={setFormat}
        />
        <CheckBox name="payload" label={exporting.payload} value={payload} onChange={setPayload} />
        {format === 'csv' ? (
          <CheckBox
            name="spreadsheet"
            label={exporting.spreadsheet}
            help={exporting.spreadsheetHelp}
            value={spreadsheet}
            onChange={setSpreadsheet}
          />
        ) : null}
        <div className="buttons">
          <Button onPress={() => setOpen(false)}>{ui.cancel}</Button>
          <a
            className="button primary"
            href={`/api${addressOf('/messages/export', { query })}`}
            download
            onClick={() => setOpen(false)}
          >
            {exporting.save}
          </a>
        </div>
      </Dialog>
    </>
  );
}

/** Remote Site Settings: what it is, and where its list is kept. */
import { useState } from 'react';
import { TextField } from '../../ui/fields.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { text } from '../text.ts';

const words = text.history.remoteSites;
const usual = 'http://127.0.0.1:8088';

export function RemoteSites() {
  const [address, setAddress] = useState(usual);
  const isAddress = /^https?:\/\/[^\s/]+/.test(address);
  return (
    <Page title={words.title} product={text.product}>
      <Card title={words.what}>
        <p>{words.text}</p>
        <p>{words.here}</p>
      </Card>
      <Card title={words.where}>
        <p>{words.open}</p>
        <TextField
          name="address"
          label={words.address}
          help={words.addressHelp}
          type="url"
          value={address}
          onChange={setAddress}
        />
        {isAddress ? (
          <p>
            <a href={`${address.replace(/\/+$/, '')}/remote-sites`}>{words.go}</a>
          </p>
        ) : null}
      </Card>
    </Page>
  );
}

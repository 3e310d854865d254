/** A second consumer key and secret: entered, pinged, switched to, or forgotten, while runs go on. */
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { Form } from '../../ui/form.tsx';
import { Card } from '../../ui/page.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { api, type Connection } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { PingSteps } from './ping-steps.tsx';

const { keyPair: words, fields, pinging } = text.connections;

export function KeyPair({ connection }: { connection: Connection }) {
  const { secondConsumerKey } = connection.salesforce;
  return (
    <Card title={words.title}>
      <p className="soft">{words.lead}</p>
      {secondConsumerKey === null ? (
        <EnterPair connection={connection} />
      ) : (
        <WaitingPair id={String(connection.id)} consumerKey={secondConsumerKey} />
      )}
    </Card>
  );
}

const nothing = { consumerKey: '', consumerSecret: '' };

function EnterPair({ connection: { id, version } }: { connection: Connection }) {
  const [pair, setPair] = useState(nothing);
  const enter = useAct({
    act: () => {
      const body = { ...pair, version };
      return api.call('PUT', '/connections/:id/second-key-pair', { params: { id: String(id) }, body });
    },
    tells: () => words.entered,
    done: () => setPair(nothing),
  });
  const names = Object.keys(nothing);
  return (
    <Form label={words.form} fields={names} errors={errorsOf(enter.error)} onSubmit={() => enter.mutate()}>
      <TextField
        name="consumerKey"
        label={fields.consumerKey}
        value={pair.consumerKey}
        onChange={(consumerKey) => setPair({ ...pair, consumerKey })}
      />
      <TextField
        name="consumerSecret"
        label={fields.consumerSecret}
        type="password"
        autoComplete="new-password"
        value={pair.consumerSecret}
        onChange={(consumerSecret) => setPair({ ...pair, consumerSecret })}
      />
      <div className="buttons">
        <Button type="submit" isDisabled={enter.isPending}>
          {words.enter}
        </Button>
      </div>
    </Form>
  );
}

function WaitingPair({ id, consumerKey }: { id: string; consumerKey: string }) {
  const params = { id };
  const ping = useAct({ act: () => api.call('POST', '/connections/:id/second-key-pair/ping', { params }) });
  const change = useAct({
    act: () => api.call('POST', '/connections/:id/second-key-pair/switch', { params }),
    tells: () => words.switched,
  });
  const forget = useAct({
    act: () => api.call('DELETE', '/connections/:id/second-key-pair', { params }),
    tells: () => words.forgotten,
  });
  const isBusy = ping.isPending || change.isPending || forget.isPending;
  return (
    <>
      <p className="anywhere">{words.waiting(consumerKey)}</p>
      <Problems errors={[ping.error, change.error, forget.error].flatMap(errorsOf)} />
      <div className="buttons">
        <Button isDisabled={isBusy} onPress={() => ping.mutate()}>
          {words.ping}
        </Button>
        <Button look="primary" isDisabled={isBusy} onPress={() => change.mutate()}>
          {words.switch}
        </Button>
        <Button isDisabled={isBusy} onPress={() => forget.mutate()}>
          {words.forget}
        </Button>
        {isBusy ? <span role="status">{pinging}</span> : null}
      </div>
      {ping.data === undefined ? null : <PingSteps label={words.ping} report={ping.data} />}
    </>
  );
}

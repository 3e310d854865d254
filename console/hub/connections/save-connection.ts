/** The acts of the form of a connection: both pings of what is entered, and saving it. */
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, type Connection } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';
import { agentOf, connectionOf, databaseOf, type Secrets, salesforceOf, type Values } from './connection-values.ts';

export type SaveConnection = {
  /** Undefined for a new one. */
  edited: Connection | undefined;
  values: Values;
  secrets: Secrets;
  onSaved: (connection: Connection) => void;
};

export function useSaveConnection({ edited, values, secrets, onSaved }: SaveConnection) {
  return useAct({
    act: ({ withoutPing }: { withoutPing: boolean }) => save(edited, { ...connectionOf(values, secrets), withoutPing }),
    tells: ({ name }) => text.saved(name),
    done: onSaved,
  });
}

function save(edited: Connection | undefined, body: ReturnType<typeof connectionOf> & { withoutPing: boolean }) {
  if (edited === undefined) return api.call('POST', '/connections', { body });
  const { id, version } = edited;
  return api.call('PUT', '/connections/:id', { params: { id: String(id) }, body: { ...body, version } });
}

type Draft = Omit<SaveConnection, 'onSaved'> & { change: (part: Partial<Values>) => void };

/** A good ping pins the certificate it has seen, so that what is saved is what was pinged; not when another address was entered meanwhile. */
export function useDraftPings({ edited, values, secrets, change }: Draft) {
  const id = edited === undefined ? {} : { id: edited.id };
  const pinged = useRef('');
  const agent = useMutation({
    mutationFn: async () => {
      const body = { ...id, type: values.type, agent: agentOf(values, secrets), database: databaseOf(values, secrets) };
      pinged.current = addressOf(values);
      return await api.call('POST', '/connections/ping-agent', { body });
    },
    gcTime: 0,
    onSuccess: ({ ok, about }) => {
      const isThere = values.agentId === '' && pinged.current === addressOf(values);
      if (ok && isThere && about.fingerprint) change({ fingerprint: about.fingerprint });
    },
  });
  const salesforce = useMutation({
    mutationFn: async () => {
      const body = { ...id, agent: agentOf(values, secrets), salesforce: salesforceOf(values, secrets) };
      return await api.call('POST', '/connections/ping-salesforce', { body });
    },
    gcTime: 0,
  });
  return { agent, salesforce };
}

/** To which a certificate belongs. */
const addressOf = ({ hostUrl, portForward }: Values) => `${hostUrl.trim()}:${portForward.trim()}`;

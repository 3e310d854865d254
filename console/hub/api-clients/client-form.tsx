/** The fields of an API client, and what the API is sent of them. */

import type { HubOperation } from '../../../src/hub/index.ts';
import type { BodyOf } from '../../ui/api.ts';
import { DualList } from '../../ui/dual-list.tsx';
import { CheckBox, RequiredNote, TextField } from '../../ui/fields.tsx';
import { fieldsOf } from '../../ui/fields-of.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { type ApiClient, useAnswer } from '../api.ts';
import { numberEntered } from '../number-entered.ts';
import { text } from '../text.ts';

const words = text.apiClients;
const { fields } = words;

type NewClient = BodyOf<HubOperation, 'POST', '/api-clients'>;

export type ClientValues = {
  name: string;
  scopes: readonly string[];
  allInterfaces: boolean;
  interfaces: readonly string[];
  tokenMinutes: string;
  active: boolean;
};

export const clientFields = ['name', 'scopes', 'interfaces', 'tokenMinutes', 'active'];

export const newClientValues: ClientValues = {
  ...{ name: '', scopes: ['integrate'], allInterfaces: true, interfaces: [], tokenMinutes: '60', active: true },
};

export function clientValuesOf({ name, scopes, interfaces, tokenMinutes, active }: ApiClient): ClientValues {
  const allInterfaces = interfaces === null;
  return { name, scopes, allInterfaces, interfaces: interfaces ?? [], tokenMinutes: String(tokenMinutes), active };
}

/** A lifetime that is left empty is an hour. */
export function clientOf({ name, scopes, allInterfaces, interfaces, tokenMinutes }: ClientValues) {
  const minutes = numberEntered(tokenMinutes, 'tokenMinutes', words.numberWanted(fields.tokenMinutes));
  return {
    name: name.trim(),
    scopes: [...scopes] as NewClient['scopes'],
    interfaces: allInterfaces ? null : [...interfaces],
    tokenMinutes: minutes ?? 60,
  };
}

type FormProps = { values: ClientValues; change: (part: Partial<ClientValues>) => void; isExisting: boolean };

const scopes = Object.entries(words.scopes).map(([value, label]) => ({ value, label }));

export function ClientForm({ values, change, isExisting }: FormProps) {
  const field = fieldsOf(words, values, change);
  return (
    <Card title={words.detail}>
      <RequiredNote />
      <TextField {...field('name')} isRequired />
      <DualList {...field('scopes')} isRequired items={scopes} onChange={(chosen) => change({ scopes: chosen })} />
      <CheckBox {...field('allInterfaces')} />
      {values.allInterfaces ? null : <Interfaces values={values} change={change} />}
      <TextField {...field('tokenMinutes')} />
      {isExisting ? <CheckBox {...field('active')} /> : null}
    </Card>
  );
}

function Interfaces({ values, change }: Pick<FormProps, 'values' | 'change'>) {
  const field = fieldsOf(words, values, change);
  const found = useAnswer('/control-board/interfaces', { query: { pageSize: 200 } });
  return (
    <Loaded of={found}>
      {({ rows }) => (
        <DualList
          {...field('interfaces')}
          items={rows.map(({ integration, name }) => asItem(`${integration}/${name}`))}
        />
      )}
    </Loaded>
  );
}

const asItem = (name: string) => ({ value: name, label: name });

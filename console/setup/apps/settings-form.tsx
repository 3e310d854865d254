/** The settings of an app as a form: the same for a new one and for one that is edited. */
import { useState } from 'react';
import { Question } from '../../ui/dialog.tsx';
import { DualList } from '../../ui/dual-list.tsx';
import { CheckBox, RequiredNote, TextArea, TextField } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { type AppValues, apiNameOf, oauthSwitches } from './app-values.ts';

const words = text.app;

type FormProps = {
  values: AppValues;
  change: (part: Partial<AppValues>) => void;
  /** Of an app that exists, whose OAuth settings cannot be taken away again. */
  isExisting?: boolean;
};

export function SettingsForm({ values, change, isExisting = false }: FormProps) {
  const { enableOauth } = values;
  return (
    <>
      <Card title={words.sections.basic}>
        <BasicInformation values={values} change={change} isExisting={isExisting} />
      </Card>
      <Card title={words.sections.oauth}>
        {isExisting ? null : (
          <CheckBox
            name="enableOauth"
            label={words.fields.enableOauth}
            help={words.help.needsOauth}
            value={enableOauth}
            onChange={(value) => change({ enableOauth: value })}
          />
        )}
        {enableOauth ? <OAuthSettings values={values} change={change} /> : null}
      </Card>
    </>
  );
}

function BasicInformation({ values, change, isExisting }: FormProps) {
  const { fields, help } = words;
  const nameIt = (name: string) =>
    change({ name, ...(isExisting || values.apiNameIsOwn ? {} : { apiName: apiNameOf(name) }) });
  return (
    <>
      <RequiredNote />
      <TextField name="name" label={fields.name} isRequired value={values.name} onChange={nameIt} />
      <TextField
        name="apiName"
        label={fields.apiName}
        help={help.apiName}
        isRequired
        value={values.apiName}
        onChange={(apiName) => change({ apiName, apiNameIsOwn: apiName !== '' })}
      />
      <TextField
        name="contactEmail"
        label={fields.contactEmail}
        type="email"
        isRequired
        value={values.contactEmail}
        onChange={(contactEmail) => change({ contactEmail })}
      />
      <TextField
        name="contactPhone"
        label={fields.contactPhone}
        value={values.contactPhone}
        onChange={(contactPhone) => change({ contactPhone })}
      />
      <TextField
        name="infoUrl"
        label={fields.infoUrl}
        value={values.infoUrl}
        onChange={(infoUrl) => change({ infoUrl })}
      />
      <TextArea
        name="description"
        label={fields.description}
        value={values.description}
        onChange={(description) => change({ description })}
      />
    </>
  );
}

function OAuthSettings({ values, change }: FormProps) {
  const scopes = useAnswer('/scopes', { query: { pageSize: 200 } });
  const { fields, help } = words;
  return (
    <>
      <TextArea
        name="callbackUrls"
        label={fields.callbackUrls}
        help={help.callbackUrls}
        isRequired
        value={values.callbackUrls}
        onChange={(callbackUrls) => change({ callbackUrls })}
      />
      <Loaded of={scopes}>
        {({ rows }) => (
          <DualList
            name="scopes"
            label={fields.scopes}
            help={help.scopes}
            isRequired
            items={rows.map(({ token, label }) => ({ value: token, label }))}
            value={values.scopes}
            onChange={(chosen) => change({ scopes: [...chosen] })}
          />
        )}
      </Loaded>
      <ClientCredentialsBox values={values} change={change} />
      {oauthSwitches.map((name) => (
        <CheckBox
          key={name}
          name={name}
          label={fields[name]}
          value={values[name]}
          onChange={(value) => change({ [name]: value })}
        />
      ))}
    </>
  );
}

/** Ticked only after the warning was answered with OK. */
function ClientCredentialsBox({ values, change }: FormProps) {
  const [isAsking, setAsking] = useState(false);
  const { title, message, advice } = words.flowWarning;
  return (
    <>
      <CheckBox
        name="clientCredentialsEnabled"
        label={words.fields.clientCredentialsEnabled}
        value={values.clientCredentialsEnabled}
        onChange={(ticked) => (ticked ? setAsking(true) : change({ clientCredentialsEnabled: false }))}
      />
      <Question
        title={title}
        isOpen={isAsking}
        onNo={() => setAsking(false)}
        onYes={() => {
          setAsking(false);
          change({ clientCredentialsEnabled: true });
        }}
      >
        <p>{message}</p>
        <p>{advice}</p>
      </Question>
    </>
  );
}

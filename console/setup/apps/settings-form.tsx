/** The settings of an app as a form: the same for a new one and for one that is edited. */
import { useState } from 'react';
import { Question } from '../../ui/dialog.tsx';
import { DualList } from '../../ui/dual-list.tsx';
import { CheckBox, RequiredNote, SelectField, TextArea, TextField } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { type App, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { type AppValues, apiNameOf, oauthSwitches } from './app-values.ts';

const words = text.app;

const eca = text.eca;

type FormProps = {
  kind: App['kind'];
  values: AppValues;
  change: (part: Partial<AppValues>) => void;
  /** Of an app that exists, whose OAuth settings cannot be taken away again. */
  isExisting?: boolean;
};

export function SettingsForm(props: FormProps) {
  const { kind, values, change, isExisting = false } = props;
  const { enableOauth } = values;
  const isConnected = kind === 'connectedApp';
  return (
    <>
      <Card title={words.sections.basic}>
        <BasicInformation {...props} />
      </Card>
      <Card title={words.sections.oauth}>
        {isExisting ? null : (
          <CheckBox
            name="enableOauth"
            label={isConnected ? words.fields.enableOauth : eca.fields.enableOauth}
            help={words.help.needsOauth}
            value={enableOauth}
            onChange={(value) => change({ enableOauth: value })}
          />
        )}
        {enableOauth ? <OAuthSettings {...props} /> : null}
        {enableOauth && isConnected ? <FlowAndSecurity {...props} /> : null}
      </Card>
      {enableOauth && !isConnected ? <FlowAndSecurity {...props} /> : null}
    </>
  );
}

function BasicInformation({ kind, values, change, isExisting }: FormProps) {
  const { fields, help } = words;
  const nameIt = (name: string) =>
    change({ name, ...(isExisting || values.apiNameIsOwn ? {} : { apiName: apiNameOf(name) }) });
  return (
    <>
      <RequiredNote />
      <TextField
        name="name"
        label={kind === 'connectedApp' ? fields.name : eca.fields.name}
        isRequired
        value={values.name}
        onChange={nameIt}
      />
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
      {kind === 'externalClientApp' ? <DistributionState values={values} change={change} /> : null}
      <MoreInformation values={values} change={change} />
    </>
  );
}

type PartProps = Pick<FormProps, 'values' | 'change'>;

function DistributionState({ values, change }: PartProps) {
  return (
    <SelectField
      name="distributionState"
      label={eca.fields.distributionState}
      help={eca.help.distributionState}
      isRequired
      value={values.distributionState}
      choices={eca.distributionStates}
      onChange={(distributionState) => change({ distributionState })}
    />
  );
}

function MoreInformation({ values, change }: PartProps) {
  const { fields } = words;
  return (
    <>
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

function OAuthSettings({ kind, values, change }: FormProps) {
  const scopes = useAnswer('/scopes', { query: { pageSize: 200 } });
  const { fields, help } = words;
  return (
    <>
      <TextArea
        name="callbackUrls"
        label={fields.callbackUrls}
        help={kind === 'connectedApp' ? help.callbackUrls : eca.help.callbackUrls}
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
    </>
  );
}

/** Switches, and the certificate that signatures of the program are held against. */
function Security({ values, change }: PartProps) {
  return (
    <>
      {oauthSwitches.map((name) => (
        <CheckBox
          key={name}
          name={name}
          label={words.fields[name]}
          value={values[name]}
          onChange={(value) => change({ [name]: value })}
        />
      ))}
      <TextArea
        name="certificate"
        label={words.fields.certificate}
        help={words.help.certificate}
        value={values.certificate}
        onChange={(certificate) => change({ certificate })}
      />
    </>
  );
}

/** One block of a connected app; of an external client app two sections. */
function FlowAndSecurity({ kind, values, change }: FormProps) {
  const security = <Security values={values} change={change} />;
  if (kind === 'connectedApp')
    return (
      <>
        <ClientCredentialsBox values={values} change={change} />
        {security}
      </>
    );
  return (
    <>
      <Card title={eca.sections.flow}>
        <ClientCredentialsBox values={values} change={change} help={eca.help.flow} />
      </Card>
      <Card title={eca.sections.security}>{security}</Card>
    </>
  );
}

/** Ticked only after the warning was answered with OK. */
function ClientCredentialsBox({ values, change, help }: PartProps & { help?: string }) {
  const [isAsking, setAsking] = useState(false);
  const { title, message, advice } = words.flowWarning;
  return (
    <>
      <CheckBox
        name="clientCredentialsEnabled"
        label={words.fields.clientCredentialsEnabled}
        help={help}
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

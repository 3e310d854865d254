/** The Salesforce org of a connection. */
import { SelectField, TextField } from '../../ui/fields.tsx';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import type { FieldsProps } from './connection-form.tsx';
import { withMyDomain } from './connection-values.ts';

const words = text.connections;
const { fields, help } = words;
const grantType = 'client_credentials';

export function SalesforceFields({ values, change, secrets, changeSecrets, kept }: FieldsProps) {
  return (
    <>
      <SelectField
        name="salesforce.grantType"
        label={fields.grantType}
        value={grantType}
        choices={[{ value: grantType, label: grantType }]}
        onChange={() => undefined}
      />
      <SelectField
        name="salesforce.environment"
        label={fields.environment}
        help={help.environment}
        value={values.environment}
        choices={choicesOf(words.environments)}
        onChange={(environment) => change({ environment })}
      />
      <TextField
        name="salesforce.myDomainUrl"
        label={fields.myDomainUrl}
        help={help.myDomainUrl}
        isRequired
        value={values.myDomainUrl}
        onChange={(myDomainUrl) => change(withMyDomain(values, myDomainUrl))}
      />
      <TextField
        name="salesforce.tokenUrl"
        label={fields.tokenUrl}
        help={help.tokenUrl}
        value={values.tokenUrl}
        onChange={(tokenUrl) => change({ tokenUrl })}
      />
      <TextField
        name="salesforce.consumerKey"
        label={fields.consumerKey}
        isRequired
        value={values.consumerKey}
        onChange={(consumerKey) => change({ consumerKey })}
      />
      <TextField
        name="salesforce.consumerSecret"
        label={fields.consumerSecret}
        help={kept.salesforce ? help.kept : help.consumerSecret}
        isRequired={!kept.salesforce}
        type="password"
        autoComplete="new-password"
        value={secrets.consumerSecret}
        onChange={(consumerSecret) => changeSecrets({ consumerSecret })}
      />
      <TextField
        name="salesforce.apiVersion"
        label={fields.apiVersion}
        help={help.apiVersion}
        value={values.apiVersion}
        onChange={(apiVersion) => change({ apiVersion })}
      />
    </>
  );
}

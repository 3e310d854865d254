/** The database or folder beside the agent. */
import { SelectField, TextField } from '../../ui/fields.tsx';
import { choicesOf } from '../choices-of.ts';
import { text } from '../text.ts';
import type { FieldsProps } from './connection-form.tsx';

const words = text.connections;
const { fields, help } = words;

export function DatabaseFields(props: FieldsProps) {
  const { values, change } = props;
  if (values.type === 'agentFile') return <FolderFields {...props} />;
  return (
    <>
      <SelectField
        name="database.database"
        label={fields.database}
        value={values.database}
        choices={choicesOf(words.databases)}
        onChange={(database) => change({ database })}
      />
      {values.database === 'sqlite' ? (
        <TextField
          name="database.file"
          label={fields.file}
          help={help.file}
          isRequired
          value={values.file}
          onChange={(file) => change({ file })}
        />
      ) : (
        <ServerFields {...props} />
      )}
    </>
  );
}

function FolderFields({ values, change }: FieldsProps) {
  return (
    <>
      <TextField
        name="database.folder"
        label={fields.folder}
        help={help.folder}
        isRequired
        value={values.folder}
        onChange={(folder) => change({ folder })}
      />
      <TextField
        name="database.delimiter"
        label={fields.delimiter}
        help={help.delimiter}
        value={values.delimiter}
        onChange={(delimiter) => change({ delimiter })}
      />
    </>
  );
}

const usualPorts = { postgres: '5432', mariadb: '3306', sqlite: '' } as const;

function ServerFields({ values, change, secrets, changeSecrets, kept }: FieldsProps) {
  const field = (name: 'host' | 'port' | 'databaseName' | 'user', more: { help?: string; isRequired: boolean }) => (
    <TextField
      name={`database.${name}`}
      label={fields[name]}
      value={values[name]}
      onChange={(value) => change({ [name]: value })}
      {...more}
    />
  );
  return (
    <>
      {field('host', { help: help.host, isRequired: true })}
      {field('port', { help: words.usualPort(usualPorts[values.database]), isRequired: false })}
      {field('databaseName', { isRequired: true })}
      {field('user', { isRequired: true })}
      <TextField
        name="database.password"
        label={fields.password}
        help={kept.database ? help.kept : help.databasePassword}
        type="password"
        autoComplete="new-password"
        value={secrets.databasePassword}
        onChange={(databasePassword) => changeSecrets({ databasePassword })}
      />
      <SelectField
        name="database.tls"
        label={fields.tls}
        help={help.tls}
        value={values.tls}
        choices={choicesOf(words.tls)}
        onChange={(tls) => change({ tls })}
      />
    </>
  );
}

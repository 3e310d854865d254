/** The fields of a user: the same for a new one and for one that is edited. */
import { CheckBox, RequiredNote, SelectField, TextField } from '../../ui/fields.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';

const words = text.users;

export type UserValues = {
  firstName: string;
  lastName: string;
  alias: string;
  email: string;
  username: string;
  /** Only to choose a profile by; the profile decides it. */
  license: string;
  profile: string;
  active: boolean;
  frozen: boolean;
};

export const userFields = ['firstName', 'lastName', 'alias', 'email', 'username', 'profile', 'active', 'frozen'];

export const newUserValues: UserValues = {
  ...{ firstName: '', lastName: '', alias: '', email: '', username: '', license: '', profile: '' },
  ...{ active: true, frozen: false },
};

/** What the API is sent; an alias that is left empty is made of the name. */
export function userOf({ firstName, alias, license: _, ...rest }: UserValues) {
  return { ...rest, firstName: firstName === '' ? null : firstName, ...(alias === '' ? {} : { alias }) };
}

type FormProps = { values: UserValues; change: (part: Partial<UserValues>) => void; isExisting?: boolean };

export function UserForm({ values, change, isExisting = false }: FormProps) {
  const { fields } = words;
  const field = (name: 'firstName' | 'lastName' | 'alias' | 'email', isRequired: boolean) => (
    <TextField
      name={name}
      label={fields[name]}
      isRequired={isRequired}
      value={values[name]}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <Card title={words.general}>
      <RequiredNote />
      {field('firstName', false)}
      {field('lastName', true)}
      {field('alias', false)}
      {field('email', true)}
      <TextField
        name="username"
        label={fields.username}
        help={words.usernameHelp}
        isRequired
        value={values.username}
        onChange={(username) => change({ username })}
      />
      <ProfileFields values={values} change={change} />
      <CheckBox name="active" label={fields.active} value={values.active} onChange={(active) => change({ active })} />
      {isExisting ? (
        <CheckBox name="frozen" label={fields.frozen} value={values.frozen} onChange={(frozen) => change({ frozen })} />
      ) : null}
    </Card>
  );
}

function ProfileFields({ values: { license, profile }, change }: FormProps) {
  const profiles = useAnswer('/profiles', { query: { pageSize: 200 } });
  return (
    <Loaded of={profiles}>
      {({ rows }) => {
        const licenses = [...new Set(rows.map((row) => row.license))].sort();
        const fitting = rows.filter((row) => license === '' || row.license === license);
        return (
          <>
            <SelectField
              name="license"
              label={words.fields.license}
              help={words.licenseHelp}
              value={license}
              choices={[{ value: '', label: words.anyLicense }, ...licenses.map(asChoice)]}
              onChange={(chosen) => change({ license: chosen, profile: '' })}
            />
            <SelectField
              name="profile"
              label={words.fields.profile}
              isRequired
              value={profile}
              choices={[{ value: '', label: words.chooseProfile }, ...fitting.map(({ name }) => asChoice(name))]}
              onChange={(chosen) => change({ profile: chosen })}
            />
          </>
        );
      }}
    </Loaded>
  );
}

function asChoice(name: string) {
  return { value: name, label: name };
}

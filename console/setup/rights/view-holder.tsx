/** A profile or a permission set: what it is, and the ways to the rights it gives. */
import { Link } from 'wouter';
import { LinkButton } from '../../ui/button.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card, Details, Page } from '../../ui/page.tsx';
import { Note } from '../../ui/problems.tsx';
import { useAnswer } from '../api.ts';
import { Lines } from '../apps/view-app.tsx';
import { text } from '../text.ts';
import { DeleteHolder } from './delete-holder.tsx';
import { addressOf, type Holder, type HolderKind, useHolder } from './holder.ts';
import { LoginHoursCard } from './login-hours.tsx';
import { LoginIpRangesCard } from './login-ip-ranges.tsx';

const words = text.rights;

export function ViewHolder({ kind, id }: { kind: HolderKind; id: string }) {
  const holder = useHolder(kind, id);
  return <Loaded of={holder}>{(found) => <Shown holder={found} />}</Loaded>;
}

function Shown({ holder }: { holder: Holder }) {
  const { kind, id, label, hasAll, isOwn } = holder;
  const isSet = kind === 'permission-sets';
  const actions = (
    <>
      {isSet ? (
        <LinkButton to={`${addressOf(holder)}/assignments`} look="primary">
          {words.manageAssignments}
        </LinkButton>
      ) : (
        <LinkButton to={`/profiles/new?existing=${id}`}>{words.clone}</LinkButton>
      )}
      {isOwn ? <DeleteHolder holder={holder} /> : null}
    </>
  );
  return (
    <Page title={label} kind={isSet ? words.permissionSets : words.profiles} product={text.product} actions={actions}>
      <Card title={words.overview}>
        <Overview holder={holder} />
      </Card>
      {hasAll ? <Note>{words.everything}</Note> : <Parts holder={holder} />}
      {isSet ? null : (
        <>
          <LoginHoursCard id={id} />
          <LoginIpRangesCard id={id} />
        </>
      )}
    </Page>
  );
}

function Overview({ holder }: { holder: Holder }) {
  const { name, description, license, users } = holder;
  const ofSet = [
    { label: words.fields.name, value: name },
    { label: words.fields.description, value: description },
    { label: words.fields.license, value: license },
  ];
  const ofProfile = [{ label: words.columns.userLicense, value: license }];
  return (
    <Details of={[...(name === null ? ofProfile : ofSet), { label: words.columns.users, value: String(users) }]} />
  );
}

function Parts({ holder }: { holder: Holder }) {
  const base = addressOf(holder);
  const apex = holder.kind === 'profiles' ? words.apexProfile : words.apexSet;
  const known = useAnswer('/user-permissions', { query: { pageSize: 200 } });
  const labelOf = (name: string) => known.data?.rows.find((row) => row.name === name)?.label ?? name;
  return (
    <>
      <Card title={words.apps}>
        <p>
          <Link href={`${base}/objects`}>{words.objectSettings}</Link>
        </p>
        <p className="soft">{words.objectSettingsText}</p>
      </Card>
      <Card title={apex} actions={<EditLink to={`${base}/apex-classes`} part={apex} />}>
        <p className="soft">{words.apexText}</p>
        <Names of={holder.apexClasses} />
      </Card>
      <Card
        title={words.systemPermissions}
        actions={<EditLink to={`${base}/system-permissions`} part={words.systemPermissions} />}
      >
        <p className="soft">{words.systemPermissionsText}</p>
        <Names of={holder.userPermissions.map(labelOf)} />
      </Card>
    </>
  );
}

export function EditLink({ to, part }: { to: string; part: string }) {
  return (
    <Link className="button plain" href={to} aria-label={words.editOf(part)}>
      {text.edit}
    </Link>
  );
}

function Names({ of }: { of: readonly string[] }) {
  return of.length === 0 ? <p>{words.none}</p> : <Lines of={of} />;
}

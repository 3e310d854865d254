/** What profiles and permission sets grant, as their pages show and take it. */
import { type Static, Type } from 'typebox';
import { type Profile, userPermissionTable } from '../setup/index.ts';

const closed = { additionalProperties: false } as const;

const objectRights = {
  read: Type.Boolean({ title: 'Read' }),
  create: Type.Boolean({ title: 'Create' }),
  edit: Type.Boolean({ title: 'Edit' }),
  delete: Type.Boolean({ title: 'Delete' }),
  viewAll: Type.Boolean({ title: 'View All Records' }),
  modifyAll: Type.Boolean({ title: 'Modify All Records' }),
};

const fieldRights = { read: Type.Boolean({ title: 'Read Access' }), edit: Type.Boolean({ title: 'Edit Access' }) };

const userPermissions = Type.Array(Type.Enum(userPermissionTable.map(({ name }) => name)), {
  title: 'System Permissions',
  uniqueItems: true,
});

const apexClasses = Type.Array(Type.String({ minLength: 1, maxLength: 80 }), {
  title: 'Enabled Apex Class Access',
  uniqueItems: true,
  maxItems: 1000,
});

const byName = <Schema extends Parameters<typeof Type.Record>[1]>(schema: Schema, title: string) =>
  Type.Record(Type.String({ maxLength: 80 }), schema, { title });

export const grants = {
  userPermissions,
  objects: byName(Type.Object(objectRights, closed), 'Object Settings'),
  fields: byName(byName(Type.Object(fieldRights, closed), 'Field Permissions'), 'Field Permissions'),
  apexClasses,
};

/** Each of the four parts that is given takes the place of the one before; a part that is left out stays as it is. */
export const grantsChange = Type.Partial(
  Type.Object({
    userPermissions,
    objects: byName(Type.Partial(Type.Object(objectRights), closed), 'Object Settings'),
    fields: byName(byName(Type.Partial(Type.Object(fieldRights), closed), 'Field Permissions'), 'Field Permissions'),
    apexClasses,
  }),
).properties;

const grantsSchema = Type.Object(grants, closed);

type Grants = Static<typeof grantsSchema>;

export function viewOfGrants({
  userPermissions: names,
  objects,
  fields,
  apexClasses: classes,
}: Pick<Profile, keyof Grants>): Grants {
  const plainFields = Object.entries(fields).map(([object, rights]) => [object, { ...rights }] as const);
  return {
    userPermissions: [...names],
    objects: { ...objects },
    fields: Object.fromEntries(plainFields),
    apexClasses: [...classes],
  };
}

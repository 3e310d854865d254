/** Finds a field by its path, such as `Owner.Name`, through the describes of the parents. */
import { findNearestName, SluiceError } from '../../base/index.ts';
import type { FieldDescribe, SObjectDescribe } from '../../salesforce/index.ts';

export type DescribeObject = (object: string) => Promise<SObjectDescribe>;

/** `path` as the org writes it, and the object that the last field of it is of. */
export type FoundField = { path: string; object: string; field: FieldDescribe };

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Errors of the function: SOURCE_FIELD_UNREADABLE. */
export function createFieldFinder(
  described: SObjectDescribe,
  describe: DescribeObject,
): (path: string) => Promise<FoundField> {
  const known = new Map<string, Promise<SObjectDescribe>>();
  const lookUp = (object: string) => {
    const found = known.get(object) ?? describe(object);
    known.set(object, found);
    return found;
  };
  const walk = async (holder: SObjectDescribe, [name = '', ...rest]: readonly string[]): Promise<FoundField> => {
    if (rest.length === 0) return findOwn(holder, name);
    const parent = holder.fields.find(({ relationshipName }) => relationshipName && same(relationshipName, name));
    if (!parent) throw unreadable(holder, name, parentNames(holder));
    let refused: unknown;
    // A parent may be one of several objects; the first that has the field will do.
    for (const object of parent.referenceTo) {
      const found = await lookUp(object)
        .then((above) => walk(above, rest))
        .catch((error: unknown) => {
          refused = error;
        });
      if (found) return { ...found, path: `${parent.relationshipName}.${found.path}` };
    }
    throw refused ?? unreadable(holder, name, parentNames(holder));
  };
  return (path) => walk(described, path.split('.'));
}

function findOwn(holder: SObjectDescribe, name: string): FoundField {
  const field = holder.fields.find((each) => same(each.name, name));
  const names = holder.fields.map((each) => each.name);
  if (!field) throw unreadable(holder, name, names);
  return { path: field.name, object: holder.name, field };
}

function parentNames({ fields }: SObjectDescribe): string[] {
  return fields.flatMap(({ relationshipName }) => relationshipName ?? []);
}

export function unreadable({ name: object }: Pick<SObjectDescribe, 'name'>, field: string, names: readonly string[]) {
  const nearest = findNearestName(field, names);
  const right = `Give the run-as user Read access to ${object}.${field} by a permission set, or leave it out of the interface.`;
  return new SluiceError('SOURCE_FIELD_UNREADABLE', {
    object,
    field,
    hint: nearest ? `Did you mean "${nearest}"? Otherwise: ${right}` : right,
  });
}

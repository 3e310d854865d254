/** Finds objects, fields and relationships by name in any case, over plain data that can be sent to a worker thread. */
import type { ChildRelationship, Field, Schema, SObject } from './schema.ts';

type Entry = {
  fields: ReadonlyMap<string, Field>;
  parents: ReadonlyMap<string, Field>;
  children: readonly ChildRelationship[];
};

/**
 * The finder functions over these objects. `schema.objects` is plain data: a worker thread gets it by structured clone and
 * calls `createSchema` again.
 *
 * @example const schema = createSchema([...standardObjects, defineCustomObject(city, 'a00')]);
 */
export function createSchema(objects: readonly SObject[]): Schema {
  const byName = new Map(objects.map((object) => [object.name.toLowerCase(), object]));
  const byPrefix = new Map(objects.map((object) => [object.keyPrefix, object]));
  const entries = new Map(objects.map((object) => [object.name, createEntry(object, objects)]));
  const entryOf = (object: SObject) => entries.get(object.name);
  return {
    objects,
    findObject: (name) => byName.get(name.toLowerCase()),
    findField: (object, name) => entryOf(object)?.fields.get(name.toLowerCase()),
    findParent: (object, relationshipName) => entryOf(object)?.parents.get(relationshipName.toLowerCase()),
    childRelationships: (object) => entryOf(object)?.children ?? [],
    findByKeyPrefix: (prefix) => byPrefix.get(prefix),
  };
}

function createEntry(object: SObject, objects: readonly SObject[]): Entry {
  const fields = new Map(object.fields.map((field) => [field.name.toLowerCase(), field]));
  const parents = new Map<string, Field>();
  for (const field of object.fields) {
    if (field.relationshipName !== null) parents.set(field.relationshipName.toLowerCase(), field);
  }
  return { fields, parents, children: childrenOf(object, objects) };
}

function childrenOf(parent: SObject, objects: readonly SObject[]): ChildRelationship[] {
  return objects.flatMap((childObject) =>
    childObject.fields
      .filter((field) => field.referenceTo.includes(parent.name))
      .map((field) => ({ name: field.childRelationshipName, childObject, field })),
  );
}

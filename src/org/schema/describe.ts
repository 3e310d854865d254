/** What `/sobjects`, `/sobjects/X` and `/sobjects/X/describe` say of objects; what the box cannot do, it does not say it can. */
import { describeField } from './describe-field.ts';
import type { ChildRelationship, Schema, SObject } from './schema.ts';

/** Who asks, in which version of the API (e.g. 68), and the org's own address without a slash at its end. */
export type DescribeView = { userId: string; apiVersion: number; instanceUrl: string };

const maxBatchSize = 200;
const masterRecordTypeId = '012000000000000AAA';

/** The answer to `GET /sobjects`. */
export function describeGlobal(schema: Schema, view: DescribeView): Record<string, unknown> {
  const sobjects = schema.objects
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((object) => objectEntry(object, view));
  return { encoding: 'UTF-8', maxBatchSize, sobjects };
}

/** The answer to `GET /sobjects/X`; no recently viewed records are kept. */
export function objectBasic(object: SObject, view: DescribeView): Record<string, unknown> {
  return { objectDescribe: objectEntry(object, view), recentItems: [] };
}

/** One object in the global describe: 28 keys, as recorded for API version 52 and later. */
function objectEntry(object: SObject, view: DescribeView): Record<string, unknown> {
  return {
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    createable: object.createable,
    custom: object.custom,
    customSetting: false,
    deepCloneable: false,
    deletable: object.deletable,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: true,
    mergeable: false,
    mruEnabled: true,
    name: object.name,
    queryable: true,
    replicateable: false,
    retrieveable: true,
    searchable: false,
    triggerable: false,
    undeletable: false,
    updateable: object.updateable,
    urls: entryUrls(object, view),
  };
}

/** The answer to `GET /sobjects/X/describe`: 45 keys, as recorded for API version 52 and later. */
export function describeObject(schema: Schema, object: SObject, view: DescribeView): Record<string, unknown> {
  return {
    actionOverrides: [],
    activateable: false,
    associateEntityType: null,
    associateParentEntity: null,
    childRelationships: schema.childRelationships(object).map(describeChild),
    compactLayoutable: true,
    createable: object.createable,
    custom: object.custom,
    customSetting: false,
    deepCloneable: false,
    defaultImplementation: null,
    deletable: object.deletable,
    deprecatedAndHidden: false,
    extendedBy: null,
    extendsInterfaces: null,
    feedEnabled: false,
    fields: object.fields.map((field) => describeField(field, object)),
    hasSubtypes: false,
    implementedBy: null,
    implementsInterfaces: null,
    isInterface: false,
    isSubtype: false,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.labelPlural,
    layoutable: true,
    listviewable: null,
    lookupLayoutable: null,
    mergeable: false,
    mruEnabled: true,
    name: object.name,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    queryable: true,
    recordTypeInfos: [masterRecordType(object, view)],
    replicateable: false,
    retrieveable: true,
    searchLayoutable: true,
    searchable: false,
    sobjectDescribeOption: 'FULL',
    supportedScopes: scopesOf(object),
    triggerable: false,
    undeletable: false,
    updateable: object.updateable,
    urls: describeUrls(object, view),
  };
}

function describeChild({ name, childObject, field }: ChildRelationship): Record<string, unknown> {
  return {
    cascadeDelete: field.cascadeDelete ?? false,
    childSObject: childObject.name,
    deprecatedAndHidden: false,
    field: field.name,
    junctionIdListNames: [],
    junctionReferenceTo: [],
    relationshipName: name,
    restrictedDelete: field.restrictedDelete ?? false,
  };
}

function masterRecordType(object: SObject, view: DescribeView): Record<string, unknown> {
  return {
    active: true,
    available: true,
    defaultRecordTypeMapping: true,
    developerName: 'Master',
    master: true,
    name: 'Master',
    recordTypeId: masterRecordTypeId,
    urls: { layout: `${pathOf(object, view)}/describe/layouts/${masterRecordTypeId}` },
  };
}

function scopesOf({ labelPlural, fields }: SObject): { label: string; name: string }[] {
  const what = labelPlural.toLowerCase();
  const all = { label: `All ${what}`, name: 'everything' };
  return fields.some(({ name }) => name === 'OwnerId') ? [all, { label: `My ${what}`, name: 'mine' }] : [all];
}

function entryUrls(object: SObject, view: DescribeView): Record<string, string> {
  const path = pathOf(object, view);
  return {
    compactLayouts: `${path}/describe/compactLayouts`,
    rowTemplate: `${path}/{ID}`,
    approvalLayouts: `${path}/describe/approvalLayouts`,
    listviews: `${path}/listviews`,
    describe: `${path}/describe`,
    quickActions: `${path}/quickActions`,
    layouts: `${path}/describe/layouts`,
    sobject: path,
  };
}

function describeUrls(object: SObject, view: DescribeView): Record<string, string> {
  const page = `${view.instanceUrl}/{ID}`;
  return {
    ...entryUrls(object, view),
    uiEditTemplate: `${page}/e`,
    defaultValues: `${pathOf(object, view)}/defaultValues?recordTypeId&fields`,
    uiDetailTemplate: page,
    uiNewRecord: `${view.instanceUrl}/${object.keyPrefix}/e`,
  };
}

function pathOf(object: SObject, { apiVersion }: DescribeView): string {
  return `/services/data/v${apiVersion}.0/sobjects/${object.name}`;
}

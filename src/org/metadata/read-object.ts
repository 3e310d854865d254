/** Reads custom objects, custom fields and org-wide defaults into objects of the setup file. */
import type { OrgWideDefault } from '../rights/index.ts';
import { type FieldDefinition, standardObjects } from '../schema/index.ts';
import type { ObjectSetup } from '../setup/index.ts';
import type { ElementReader } from './element-reader.ts';
import { metadataError } from './metadata-error.ts';
import { placesByName } from './place.ts';
import { readField } from './read-field.ts';
import type { ReadWork } from './read-work.ts';

/** The object of a file, or only the folder that its fields are in. */
export type GivenObject = {
  name: string;
  head: ElementReader | undefined;
  fields: readonly { name: string; read: ElementReader }[];
};

const sharingWords: Readonly<Record<string, OrgWideDefault>> = {
  Private: 'Private',
  Read: 'PublicReadOnly',
  ReadWrite: 'PublicReadWrite',
};

const objectElements = {
  name: 'fullName',
  label: 'label',
  pluralLabel: 'pluralLabel',
  nameField: 'nameField',
  sharing: 'sharingModel',
} as const;

/** Of pages, search and reports; what an API client sees is the same with and without them. */
const unseenObjectElements: readonly string[] = [
  'actionOverrides',
  'allowInChatterGroups',
  'compactLayoutAssignment',
  'compactLayouts',
  'customHelp',
  'customHelpPage',
  'description',
  'enableActivities',
  'enableBulkApi',
  'enableDataTranslation',
  'enableDivisions',
  'enableEnhancedLookup',
  'enableFeeds',
  'enableHistory',
  'enableLicensing',
  'enableReports',
  'enableSearch',
  'enableSharing',
  'enableStreamingApi',
  'externalSharingModel',
  'fieldSets',
  'gender',
  'household',
  'listViews',
  'profileSearchLayouts',
  'recordTypeTrackFeedHistory',
  'recordTypeTrackHistory',
  'searchLayouts',
  'startsWith',
  'visibility',
  'webLinks',
];

export function readObject({ name, head, fields }: GivenObject, work: ReadWork): ObjectSetup | undefined {
  if (!isKept({ name, head, fields }, work)) return undefined;
  const said = head ? readHead(head, { name, work }) : {};
  const all = [
    ...(head?.parts('fields') ?? []).map((read) => ({ fileName: undefined, read })),
    ...fields.map((field) => ({ fileName: field.name, read: field.read })),
  ];
  head?.end('objects', unseenObjectElements);
  const read = all
    .toSorted((one, other) => orderOf(one.read) - orderOf(other.read))
    .flatMap((field) => readField(field.read, { objectName: name, fileName: field.fileName, work }) ?? []);
  refuseTwice(read, name, work);
  const object: ObjectSetup = { name, ...said, ...(read.length > 0 ? { fields: read } : {}) };
  if (Object.keys(object).length === 1 && !name.endsWith('__c')) return undefined;
  const source = head ?? fields[0]?.read;
  if (source) work.places.set(object, placesByName([source], objectElements));
  return object;
}

/** The first master of an object goes before its second. */
function orderOf(field: ElementReader): number {
  return field.number('relationshipOrder') ?? Number.MAX_SAFE_INTEGER;
}

function refuseTwice(fields: readonly FieldDefinition[], object: string, { places }: ReadWork): void {
  const seen = new Map<string, FieldDefinition>();
  for (const field of fields) {
    const first = seen.get(field.name.toLowerCase());
    seen.set(field.name.toLowerCase(), field);
    if (first === undefined) continue;
    const [one, other] = [first, field].map((each) => places.get(each)?.(['name']));
    const reason = `${object}.${field.name} is there twice, here and in ${one?.file}:${one?.line}; take one of them away`;
    throw metadataError(other ?? { file: object }, reason);
  }
}

/** Whether the box has such an object at all. */
function isKept({ name, head, fields }: GivenObject, work: ReadWork): boolean {
  const source = head ?? fields[0]?.read;
  const place = { name, file: source?.file ?? '', line: source?.element.line };
  const leave = (what: string, why: string) => {
    work.leftOut.add(what, why, place);
    for (const field of fields) work.withoutField(name, field.name);
    return false;
  };
  if (head?.word('customSettingsType') !== undefined) return leave('custom settings', 'the org in a box has none');
  if (name.endsWith('__c')) return true;
  const known = standardObjects.find((object) => object.name.toLowerCase() === name.toLowerCase());
  if (known?.store === 'records') return true;
  if (known) return leave('changes of objects that Setup keeps', 'they take no custom fields here');
  const kind = /__([a-z]+)$/.exec(name)?.[1];
  if (kind) return leave(`objects whose name ends in __${kind}`, 'the org in a box has custom objects (__c) alone');
  return leave('standard objects', 'the org in a box has not all of them');
}

function readHead(read: ElementReader, { name, work }: { name: string; work: ReadWork }): Omit<ObjectSetup, 'name'> {
  const fullName = read.word('fullName');
  if (fullName !== undefined && fullName !== name)
    throw read.refuse('fullName', `is ${fullName}, but the folder is called ${name}`);
  const sharing = sharingOf(read, work);
  if ((read.word('deploymentStatus') ?? 'Deployed') !== 'Deployed')
    work.leftOut.add('deployment in development', 'each object of the org in a box is deployed', {
      name,
      file: read.file,
      line: read.element.line,
    });
  if (!name.endsWith('__c')) {
    read.text('label');
    read.text('pluralLabel');
    read.part('nameField');
    return sharing;
  }
  const label = read.text('label');
  const pluralLabel = read.text('pluralLabel');
  return {
    ...(label === undefined ? {} : { label }),
    ...(pluralLabel === undefined ? {} : { pluralLabel }),
    ...nameFieldOf(read, work),
    ...sharing,
  };
}

function nameFieldOf(read: ElementReader, { leftOut }: ReadWork): Pick<ObjectSetup, 'nameField'> {
  const field = read.part('nameField');
  if (field === undefined) return {};
  const type = field.word('type') ?? 'Text';
  if (type !== 'Text')
    leftOut.add(
      `names of type ${type}`,
      'in the org in a box the field Name is a text, which is the record id when left out',
      { file: read.file, line: field.element.line },
    );
  field.word('displayFormat');
  field.number('startingNumber');
  const label = field.text('label');
  field.end('name fields', ['trackHistory', 'trackFeedHistory', 'description', 'inlineHelpText']);
  return label === undefined ? {} : { nameField: { label } };
}

/** A child by master-detail has the sharing of its parent, here too. */
function sharingOf(read: ElementReader, { leftOut }: ReadWork): Pick<ObjectSetup, 'sharing'> {
  const word = read.word('sharingModel');
  const sharing = word === undefined ? undefined : sharingWords[word];
  if (sharing !== undefined) return { sharing };
  if (word !== undefined && word !== 'ControlledByParent')
    leftOut.add(`the sharing model ${word}`, 'the org in a box has Private, Read and ReadWrite', {
      file: read.file,
      line: read.element.line,
    });
  return {};
}

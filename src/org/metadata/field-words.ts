/** The words of the Metadata API for what the setup file says of fields. */
import type { CustomFieldType } from '../schema/index.ts';

export const fieldTypeWords: Readonly<Record<CustomFieldType, string>> = {
  text: 'Text',
  textarea: 'TextArea',
  longtextarea: 'LongTextArea',
  number: 'Number',
  currency: 'Currency',
  percent: 'Percent',
  checkbox: 'Checkbox',
  date: 'Date',
  datetime: 'DateTime',
  time: 'Time',
  email: 'Email',
  phone: 'Phone',
  url: 'Url',
  picklist: 'Picklist',
  multipicklist: 'MultiselectPicklist',
  lookup: 'Lookup',
  masterdetail: 'MasterDetail',
};

/** Types that Salesforce has besides, for fields that are left out. */
export const otherFieldTypes: readonly string[] = [
  'Address',
  'Array',
  'AutoNumber',
  'CustomDataType',
  'EncryptedText',
  'ExternalLookup',
  'File',
  'Hierarchy',
  'Html',
  'IndirectLookup',
  'Integer',
  'Location',
  'Long',
  'MetadataRelationship',
  'Summary',
];

export function findFieldType(word: string): CustomFieldType | undefined {
  const found = Object.entries(fieldTypeWords).find(([, each]) => each === word);
  return found?.[0] as CustomFieldType | undefined;
}

/** The keys of a field of the setup file that have an element of their own. */
export const fieldElements = {
  name: 'fullName',
  type: 'type',
  label: 'label',
  length: 'length',
  precision: 'precision',
  scale: 'scale',
  required: 'required',
  unique: 'unique',
  caseSensitive: 'caseSensitive',
  externalId: 'externalId',
  default: 'defaultValue',
  values: 'valueSet',
  restricted: 'restricted',
  to: 'referenceTo',
  relationshipName: 'relationshipName',
} as const;

/** Of the person's page, not of the record. */
export const unseenFieldElements: readonly string[] = [
  'businessOwnerGroup',
  'businessOwnerUser',
  'businessStatus',
  'complianceGroup',
  'description',
  'escapeMarkup',
  'fieldManageability',
  'inlineHelpText',
  'isFilteringDisabled',
  'isSortingDisabled',
  'securityClassification',
  'stripMarkup',
  'trackFeedHistory',
  'trackHistory',
  'trackTrending',
  'translateData',
];

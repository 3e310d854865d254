/** The forms in which values leave the org in JSON, made from the forms in which SQLite keeps them. */
import type { Field, FieldType } from '../schema/schema.ts';
import type { SqlValue } from './translation.ts';

/** From a kept value that is not null to its JSON form. */
export type Form = (value: string | number) => unknown;

/** `2026-11-21T10:15:30.000+0000`, always UTC. */
function datetimeForm(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}+0000`;
}

/** The form of a type's values; undefined when they leave as they are kept. */
export function formOf(type: FieldType): Form | undefined {
  if (type === 'boolean') return (value) => value === 1;
  if (type === 'datetime') return (value) => datetimeForm(Number(value));
  return undefined;
}

/** Where a value's form in the CSV of Bulk query is another than in JSON: times end in `Z`. */
export function csvFormOf(type: FieldType): { csvForm?: Form } {
  return type === 'datetime' ? { csvForm: (value) => new Date(Number(value)).toISOString() } : {};
}

/** toLabel(): the labels of a picklist's values, each of several in a multi-select picklist. */
export function labelForm({ picklistValues }: Field): Form {
  const labels = new Map(picklistValues.map(({ value, label }) => [value, label]));
  return (value) =>
    String(value)
      .split(';')
      .map((each) => labels.get(each) ?? each)
      .join(';');
}

/** FORMAT(): as a user in the United States sees it, in the UTC zone. */
export function localForm({ type, scale }: Pick<Field, 'type' | 'scale'>): Form | undefined {
  if (type === 'date') return (value) => localDate(Date.parse(`${value}T00:00:00Z`));
  if (type === 'datetime') return (value) => `${localDate(Number(value))}, ${localTime(Number(value))}`;
  if (type === 'currency') return numberForm({ style: 'currency', currency: 'USD' });
  if (type === 'int' || type === 'double' || type === 'percent') return numberForm({ maximumFractionDigits: scale });
  return formOf(type);
}

function numberForm(options: Intl.NumberFormatOptions): Form {
  const format = new Intl.NumberFormat('en-US', options);
  return (value) => format.format(Number(value));
}

const localDate = (instant: number): string => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC' }).format(instant);

const localTime = (instant: number): string =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', timeStyle: 'short' }).format(instant).replaceAll('\u202f', ' ');

/** The parts of an address, in the order Salesforce gives them, by the ends of their fields' names. */
export const addressParts = {
  city: 'City',
  country: 'Country',
  geocodeAccuracy: 'GeocodeAccuracy',
  latitude: 'Latitude',
  longitude: 'Longitude',
  postalCode: 'PostalCode',
  state: 'State',
  street: 'Street',
} as const;

/** An address; null when none of its parts is there. */
export function addressForm(parts: Readonly<Record<string, SqlValue>>): Record<string, SqlValue> | null {
  return Object.values(parts).every((part) => part === null) ? null : { ...parts };
}

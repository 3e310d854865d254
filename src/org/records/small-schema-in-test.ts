/** Two custom objects beside the standard ones, and a folder of records over them, for the tests of this folder. */
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSchema } from '../schema/create-schema.ts';
import { addCustomFields, defineCustomObject } from '../schema/custom-object.ts';
import type { Schema } from '../schema/schema.ts';
import { standardObjects } from '../schema/standard-objects.ts';
import { openDatabase } from './database.ts';
import { type OpenRecordsOptions, openRecords } from './open-records.ts';
import type { Job, JobRequest, Records, ResultKind, SaveRequest, SaveResult } from './records.ts';

export const testUserId = '005Sb0000000001IAA';

const country = defineCustomObject(
  {
    name: 'Country__c',
    fields: [{ name: 'Code__c', type: 'text', length: 2, unique: true, externalId: true, required: true }],
  },
  'a00',
);

const city = defineCustomObject(
  {
    name: 'City__c',
    pluralLabel: 'Cities',
    fields: [
      { name: 'Geoname_Id__c', type: 'text', length: 20, unique: true, externalId: true, required: true },
      { name: 'Twin__c', type: 'text', length: 20, externalId: true },
      { name: 'Country__c', type: 'lookup', to: 'Country__c', relationshipName: 'Cities', required: true },
      { name: 'Region__c', type: 'lookup', to: 'Country__c', relationshipName: 'RegionCities' },
      { name: 'Population__c', type: 'number', precision: 10, scale: 0 },
      { name: 'Area__c', type: 'number', precision: 8, scale: 2 },
      { name: 'Founded__c', type: 'date' },
      { name: 'Seen__c', type: 'datetime' },
      { name: 'Capital__c', type: 'checkbox' },
      { name: 'Mail__c', type: 'email' },
      { name: 'Size__c', type: 'picklist', values: ['Small', 'Large'] },
      { name: 'Notes__c', type: 'longtextarea', length: 131_072 },
    ],
  },
  'a01',
);

const street = defineCustomObject(
  {
    name: 'Street__c',
    fields: [{ name: 'City__c', type: 'masterdetail', to: 'City__c', relationshipName: 'Streets' }],
  },
  'a02',
);

export function smallSchema(): Schema {
  const account = {
    name: 'Account',
    fields: [{ name: 'Ext__c', type: 'text', length: 40, unique: true, externalId: true }],
  } as const;
  const standard = standardObjects.map((object) =>
    object.name === 'Account' ? addCustomFields(object, account.fields) : object,
  );
  return createSchema([...standard, country, city, street]);
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sluice-records-'));
}

/** The part of setup.sqlite that records are held against: one user. */
function makeSetup(folder: string): void {
  const setup = openDatabase(join(folder, 'setup.sqlite'), { durable: false });
  setup.exec(`CREATE TABLE IF NOT EXISTS "User"
    ("Id" TEXT PRIMARY KEY, "Name" TEXT, "Username" TEXT, "TimeZoneSidKey" TEXT, "IsDeleted" INTEGER NOT NULL DEFAULT 0)`);
  setup
    .prepare('INSERT OR IGNORE INTO "User" ("Id", "Name", "Username") VALUES (?, ?, ?)')
    .run(testUserId, 'Ada', 'ada@example.com');
  setup.close();
}

export type SmallRecords = AsyncDisposable & {
  folder: string;
  records: Records;
  save(
    request: Partial<SaveRequest> & Pick<SaveRequest, 'operation' | 'object' | 'rows'>,
  ): Promise<readonly SaveResult[]>;
  /** Makes a job, uploads this text, closes it and waits for its end. */
  load(csv: string | Buffer, request: Partial<JobRequest> & Pick<JobRequest, 'operation' | 'object'>): Promise<Job>;
  /** Makes a job and uploads this text; the job stays open. */
  upload(csv: string | Buffer, request: Partial<JobRequest> & Pick<JobRequest, 'operation' | 'object'>): Promise<Job>;
  ended(id: string): Promise<Job>;
  result(id: string, kind: ResultKind): Promise<string>;
};

export async function openSmallRecords(options: Partial<OpenRecordsOptions> = {}): Promise<SmallRecords> {
  const folder = options.folder ?? newFolder();
  makeSetup(folder);
  const records = await openRecords({ folder, durable: true, schema: smallSchema(), ...options });
  const small: SmallRecords = {
    folder,
    records,
    save: (request) => records.save({ userId: testUserId, allOrNone: false, apiVersion: 68, ...request }),
    async upload(csv, request) {
      const job = await records.createJob({
        userId: testUserId,
        lineEnding: 'LF',
        columnDelimiter: 'COMMA',
        apiVersion: 68,
        ...request,
      });
      const { file } = await records.beginUpload({ userId: testUserId, id: job.id });
      await writeFile(file, csv);
      await records.finishUpload({ userId: testUserId, id: job.id, bytes: Buffer.byteLength(csv) });
      return job;
    },
    async load(csv, request) {
      const { id } = await small.upload(csv, request);
      await records.setJobState({ userId: testUserId, id, state: 'UploadComplete' });
      return small.ended(id);
    },
    ended: (id) => waitForEnd(records, id),
    result: (id, kind) => readResult(records, id, kind),
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return small;
}

async function waitForEnd(records: Records, id: string): Promise<Job> {
  for (;;) {
    const job = await records.getJob({ userId: testUserId, id });
    if (job.state === 'JobComplete' || job.state === 'Failed' || job.state === 'Aborted') return job;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function readResult(records: Records, id: string, kind: ResultKind): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of records.results({ userId: testUserId, id, kind })) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

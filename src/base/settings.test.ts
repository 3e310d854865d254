import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from './errors.ts';
import { readSettings, type SettingSources, type SettingsTable } from './settings.ts';

const table = {
  data: { kind: 'text', default: '.sluice', environment: 'SLUICE_DATA', help: 'Folder of the ledger.' },
  port: { kind: 'number', default: 8080, minimum: 0, maximum: 65535, help: 'Port.' },
  json: { kind: 'switch', help: 'Print JSON.' },
  'log-level': { kind: 'text', choices: ['info', 'warn'], environment: 'SLUICE_LOG_LEVEL', help: 'Level.' },
  pin: { kind: 'number', secret: true, help: 'Never shown.' },
} as const satisfies SettingsTable;

function refusal(sources: SettingSources): SluiceError {
  try {
    readSettings(table, sources);
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'it was accepted' });
}

test('a setting comes from the flag, else the environment, else the file, else its default', () => {
  const flags = { data: 'flag' };
  const environment = { SLUICE_DATA: 'environment' };
  const file = { name: 'sluice.yaml', values: { data: 'file' } };
  assert.equal(readSettings(table, { flags, environment, file }).data, 'flag');
  assert.equal(readSettings(table, { environment, file }).data, 'environment');
  assert.equal(readSettings(table, { file }).data, 'file');
  assert.equal(readSettings(table, {}).data, '.sluice');
});

test('settings are typed, complete and frozen', () => {
  const settings = readSettings(table, { flags: { port: '0', json: true } });
  assert.deepEqual(settings, { data: '.sluice', port: 0, json: true, 'log-level': undefined, pin: undefined });
  assert.ok(Object.isFrozen(settings));
});

test('an empty environment variable counts as not set', () => {
  assert.equal(readSettings(table, { environment: { SLUICE_DATA: '' } }).data, '.sluice');
});

test('an unknown flag stops the start and names the nearest right one', () => {
  const error = refusal({ flags: { dta: 'x' } });
  assert.equal(error.code, 'SETTING_UNKNOWN');
  assert.equal(
    `${error.message} ${error.next}`,
    'There is no setting "--dta" in the command line. Did you mean --data?',
  );
  assert.match(refusal({ flags: { quite: true } }).next, /^There are: --data, --port/);
});

test('an unknown name in a settings file stops the start', () => {
  const error = refusal({ file: { name: 'sluice.yaml', values: { ports: 1 } } });
  assert.equal(error.message, 'There is no setting "ports" in sluice.yaml.');
  assert.equal(error.next, 'Did you mean port?');
});

test('a misspelled environment variable of ours stops the start, and those of others do not', () => {
  assert.equal(refusal({ environment: { SLUICE_DTA: 'x' } }).next, 'Did you mean SLUICE_DATA?');
  readSettings(table, { environment: { DTA: 'x', SLUICE_SECRET_DATA: 'x', SLUICE_DATABASE_HOST: 'x' } });
});

test('a value of the wrong type, out of bounds or not among the choices is refused with what is right', () => {
  assert.match(refusal({ flags: { port: 'eighty' } }).message, /"eighty", but must be a number from 0 to 65535/);
  assert.match(refusal({ flags: { port: '65536' } }).message, /must be a number from 0 to 65535/);
  assert.match(refusal({ flags: { 'log-level': 'loud' } }).message, /must be one of info, warn/);
  assert.match(refusal({ file: { name: 'f', values: { json: 'yes' } } }).message, /must be true or false/);
  assert.match(refusal({ flags: { data: '' } }).message, /must be a text that is not empty/);
});

test('a secret value is not repeated in the error', () => {
  assert.doesNotMatch(refusal({ flags: { pin: 'hunter2' } }).message, /hunter2/);
});

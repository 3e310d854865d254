import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { defineCommand, sharedSettings } from './command.ts';

const command = defineCommand({
  name: 'run',
  summary: '',
  description: '',
  positionals: [{ name: 'FILE', help: 'A file.', required: true, many: true }],
  settings: { data: sharedSettings.data, json: sharedSettings.json },
  example: '',
  run: async () => 0,
});
const single = { ...command, positionals: [{ name: 'RUN', help: 'A run.', required: false }] };

function refusal(args: readonly string[], of = command): string {
  try {
    parseArguments(of, args, {});
  } catch (error) {
    assert.ok(error instanceof SluiceError);
    assert.equal(error.exit, 2);
    return `${error.message} ${error.next}`;
  }
  throw new assert.AssertionError({ message: `${args.join(' ')} was accepted` });
}

test('settings and files may stand in any order', () => {
  const { positionals, settings } = parseArguments(command, ['a.yaml', '--json', '--data=x', 'b.yaml'], {});
  assert.deepEqual(positionals, ['a.yaml', 'b.yaml']);
  assert.deepEqual(settings, { data: 'x', json: true });
});

test('what stands behind -- is a file even when it looks like a setting', () => {
  assert.deepEqual(parseArguments(command, ['--', '--json'], {}).positionals, ['--json']);
});

test('an unknown setting is refused and the nearest right one named', () => {
  assert.equal(refusal(['a', '--jsn']), 'There is no setting "--jsn" in the command line. Did you mean --json?');
  assert.match(refusal(['a', '-x']), /no setting "--x"/);
});

test('a setting without its value is refused, also when another setting follows', () => {
  const expected = '--data needs a value: --data DIR. Run "sluice run --help" for what this command takes.';
  assert.equal(refusal(['a', '--data']), expected);
  assert.equal(refusal(['a', '--data', '--json']), expected);
});

test('a setting given twice, a missing file and a word too many are refused', () => {
  assert.match(refusal(['a', '--data', 'x', '--data', 'y']), /^--data is given twice\./);
  assert.match(refusal(['--json']), /^FILE is missing: A file\./);
  assert.match(refusal(['1', '2'], single), /^"2" is one word too many\./);
  assert.match(refusal(['']), /empty/);
});

test('a switch takes no value but true and false', () => {
  assert.equal(parseArguments(command, ['a', '--json=false'], {}).settings.json, false);
  assert.match(refusal(['a', '--json=perhaps']), /must be true or false/);
});

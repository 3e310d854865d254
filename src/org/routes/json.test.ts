import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalOf, describeJsonMistake, prettyJson } from './json.ts';

test('pretty JSON has a space before the colon, two spaces a level and lists in line', () => {
  const answer = {
    totalSize: 1,
    done: true,
    records: [{ attributes: { type: 'Account' }, Name: null }],
    empty: [],
    none: {},
  };
  assert.equal(
    prettyJson(answer),
    '{\n  "totalSize" : 1,\n  "done" : true,\n  "records" : [ {\n    "attributes" : {\n      "type" : "Account"\n    },\n    "Name" : null\n  } ],\n  "empty" : [ ],\n  "none" : { }\n}',
  );
});

test('pretty and compact JSON carry the same values', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(JSON.parse(prettyJson(value)), JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the version of a job keeps its decimal', () => {
  assert.equal(JSON.stringify({ apiVersion: decimalOf(68) }), '{"apiVersion":68.0}');
  assert.equal(prettyJson({ apiVersion: decimalOf(68) }), '{\n  "apiVersion" : 68.0\n}');
});

test('a mistake in JSON is named with its character, line and column', () => {
  assert.equal(describeJsonMistake('xyz'), "Unexpected character ('x' (code 120)) at [line:1, column:1]");
  assert.equal(
    describeJsonMistake('{"Name":"A",\n  Ext: 1}'),
    "Unexpected character ('E' (code 69)) at [line:2, column:3]",
  );
  assert.equal(describeJsonMistake('{"Name":"A"'), 'Unexpected end-of-input at [line:1, column:12]');
  assert.equal(describeJsonMistake('[1,]'), "Unexpected character (']' (code 93)) at [line:1, column:4]");
  assert.equal(describeJsonMistake(''), 'Unexpected end-of-input at [line:1, column:1]');
});

test('a cut JSON text is a mistake in its last token or at its end', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (value, cut) => {
      const whole = JSON.stringify(value);
      const part = whole.slice(0, cut % whole.length);
      assert.throws(() => JSON.parse(part));
      assert.match(describeJsonMistake(part), /^Unexpected (end-of-input|character \('["\-+.0-9eEtfn])/);
    }),
  );
});

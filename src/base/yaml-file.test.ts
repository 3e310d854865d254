import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { SluiceError } from './errors.ts';
import { parseYamlFile } from './yaml-file.ts';

const schema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z]+$', description: 'small letters' }),
    rows: Type.Optional(Type.Integer({ minimum: 1 })),
    fields: Type.Optional(
      Type.Array(Type.Object({ type: Type.Enum(['text', 'number']) }, { additionalProperties: false })),
    ),
  },
  { additionalProperties: false },
);

const parse = (text: string) => parseYamlFile(text, { file: 'x.yaml', schema, schemaName: 'x.schema.json' });

function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof SluiceError);
    assert.equal(error.code, 'FILE_INVALID');
    return error.message;
  }
  return 'accepted';
}

test('a YAML file that fits its schema comes back as plain data', () => {
  assert.deepEqual(parse('name: abc\nfields:\n  - type: text\n').value, { name: 'abc', fields: [{ type: 'text' }] });
});

test('an error in a YAML file names file, line and column, and what would be right', () => {
  assert.equal(refusal('name: abc\nrow: 3\n'), 'x.yaml:2:1: there is no "row" in the file; did you mean "rows"?');
  assert.equal(refusal('name: ABC\n'), 'x.yaml:1:7: name must be small letters.');
  assert.equal(refusal('name: abc\nrows: 0\n'), 'x.yaml:2:7: rows must be >= 1.');
  assert.equal(
    refusal('name: abc\nfields:\n  - type: txt\n'),
    'x.yaml:3:11: fields[0].type must be one of text, number (did you mean "text"?).',
  );
  assert.equal(refusal('rows: 1\n'), 'x.yaml:1:1: the file lacks "name".');
  assert.equal(refusal(''), 'x.yaml:1:1: the file lacks "name".');
});

test('text that is no YAML, names a key twice or unfolds without end is refused', () => {
  assert.match(refusal('name: [a\n'), /^x\.yaml:\d+:\d+: /);
  assert.match(refusal('name: a\nname: b\n'), /^x\.yaml:2:1: Map keys must be unique/);
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefg'[i]}`)}]`),
  ];
  assert.match(refusal(bomb.join('\n')), /repeats parts of itself too often/);
});

test('a value that makes no sense is refused at its place', () => {
  const { refuse } = parse('name: abc\nfields:\n  - type: text\n  - type: number\n');
  assert.equal(refuse(['fields', 1, 'type'], 'is too much').message, 'x.yaml:4:11: fields[1].type is too much.');
  assert.equal(refuse(['fields', 1, 'length'], 'is missing').message, 'x.yaml:4:5: fields[1].length is missing.');
});

test('of a union, an error speaks of what the value was meant to be', () => {
  const closed = { additionalProperties: false };
  const unions = Type.Object({
    store: Type.Optional(
      Type.Union([
        Type.Object({ type: Type.Literal('file'), path: Type.String() }, closed),
        Type.Object({ type: Type.Literal('server'), host: Type.String(), port: Type.Integer() }, closed),
      ]),
    ),
    from: Type.Optional(
      Type.Union([Type.Object({ table: Type.String() }, closed), Type.Object({ file: Type.String() }, closed)]),
    ),
    most: Type.Optional(
      Type.Union([Type.Integer(), Type.String({ pattern: '^[0-9]+%$', description: 'a number or a share' })]),
    ),
  });
  const said = (text: string) => {
    try {
      return parseYamlFile(text, { file: 'x', schema: unions, schemaName: 's' }).value;
    } catch (error) {
      return (error as SluiceError).message;
    }
  };
  assert.equal(said('store: { type: server, host: h, port: x }'), 'x:1:39: store.port must be integer.');
  assert.equal(said('store: { type: file, pth: h }'), 'x:1:22: there is no "pth" in store; did you mean "path"?');
  assert.equal(
    said('store: { type: servr, host: h }'),
    'x:1:16: store.type must be one of file, server (did you mean "server"?).',
  );
  assert.equal(said('store: { host: h }'), 'x:1:8: store lacks "type".');
  assert.equal(said('from: { fil: h }'), 'x:1:9: there is no "fil" in from; did you mean "file"?');
  assert.equal(said('from: { table: t, file: h }'), 'x:1:7: from must hold one of table, file.');
  assert.equal(said('from: {}'), 'x:1:7: from must hold one of table, file.');
  assert.equal(said('most: many'), 'x:1:7: most must be a number or a share.');
  assert.deepEqual(said('from: { file: h }'), { from: { file: 'h' } });
});

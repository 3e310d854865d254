import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unfitCells } from './target-unfit.ts';

const column = (kind: string, nativeType: string, nullable = true) => ({ name: 'c', kind, nativeType, nullable });

test('what a column surely does not take is told, and what nobody can tell from its describe is not', () => {
  const says = (cell: string | null, table: ReturnType<typeof column>) => unfitCells({ c: cell }, [table])[0]?.message;
  const refused: [string | null, ReturnType<typeof column>, RegExp][] = [
    [null, column('text', 'text', false), /takes no null/],
    ['', column('integer', 'integer', false), /takes no null/],
    ['1.5', column('integer', 'integer'), /is integer, which "1\.5" is not/],
    ['many', column('decimal', 'numeric(10,2)'), /which "many" is not/],
    ['yes', column('boolean', 'boolean'), /is not/],
    ['2026-01-31T00:00:00Z', column('date', 'date'), /is not/],
    ['abcdef', column('text', 'character varying(5)'), /takes 5 letters, and the value has 6/],
    ['x'.repeat(90), column('integer', 'int'), /"x{40}…"/],
  ];
  for (const [cell, table, words] of refused) assert.match(says(cell, table) ?? '', words);
  const taken: [string | null, ReturnType<typeof column>][] = [
    [null, column('text', 'text')],
    ['-7', column('integer', 'bigint')],
    ['1e3', column('float', 'double precision')],
    ['true', column('boolean', 'boolean')],
    ['😀😀😀😀😀', column('text', 'varchar(5)')],
    ['of any length', column('text', 'text')],
    ['{}', column('other', 'jsonb')],
  ];
  for (const [cell, table] of taken) assert.equal(says(cell, table), undefined);
  assert.deepEqual(unfitCells({ other: 'x' }, [column('integer', 'int')]), []);
});

/** What no schema can say of an interface out of Salesforce: what does not go together, and columns that cannot be. */
import { findNearestName, SluiceError } from '../base/index.ts';
import { checkTestCases, type PlannedColumn, planColumns } from '../mapping/index.ts';
import { checkSchedule, checkTimeZone, type RefuseValue } from './interface-definition-check.ts';
import { deletedOf, type OutboundDefinition } from './outbound-definition.ts';

/** Throws what `refuse` makes of the first thing that is wrong. */
export function checkOutbound(value: OutboundDefinition, refuse: RefuseValue): void {
  checkDeletions(value, refuse);
  if (value.schedule !== undefined)
    checkSchedule(value.schedule, (path, reason) => refuse(['schedule', ...path], reason));
  if (value.timeZone !== undefined) checkTimeZone(value.timeZone, ['timeZone'], refuse);
  const { fields = [], tests = [] } = value;
  const twice = fields.findIndex((name, place) => fields.indexOf(name) !== place);
  if (twice !== -1) throw refuse(['fields', twice], 'is named twice');
  const names = columnNames(value, planOf(value, refuse));
  if (names !== null) checkKey(value, names, refuse);
  checkTestCases(tests, names ?? tests.flatMap(({ expect = {} }) => Object.keys(expect)), refuse);
}

/** Whether its connection is a folder of files decides how a target is named. */
export function checkTargetForm({ target }: OutboundDefinition, databaseType: string, refuse: RefuseValue): void {
  const isFolder = databaseType === 'csv';
  if ('table' in target && isFolder)
    throw refuse(
      ['target', 'table'],
      'is no file, but the connection is a folder of CSV files; write file: and its name',
    );
  if ('file' in target && !isFolder)
    throw refuse(['target', 'file'], `is no table, but the connection is a ${databaseType} database; write table:`);
}

function checkDeletions({ operation, target }: OutboundDefinition, refuse: RefuseValue): void {
  const { deleted } = target;
  if (operation === 'query' && deleted !== undefined && deleted !== 'ignore')
    throw refuse(['operation'], `is query, which does not follow deletions, but deleted under target is ${deleted}`);
  if (operation === 'queryAll' && deleted === 'ignore')
    throw refuse(['operation'], 'is queryAll, which follows deletions, but deleted under target is ignore');
  if (target.deletedColumn !== undefined && deletedOf({ operation, target }) !== 'mark')
    throw refuse(['target', 'deletedColumn'], 'is for deleted: mark only');
}

function planOf(value: OutboundDefinition, refuse: RefuseValue): readonly PlannedColumn[] {
  try {
    return planColumns(value);
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== 'MAPPING_INVALID') throw error;
    const { where, reason, hint } = error.values;
    throw refuse(['mapping', String(where)], `is not usable: ${reason}. ${hint}`);
  }
}

/** Null where the object decides what is read. Id comes along where no other key is named. */
function columnNames({ target, ...value }: OutboundDefinition, planned: readonly PlannedColumn[]): string[] | null {
  if (planned.length === 0) return null;
  const { deletedColumn = 'IsDeleted' } = target;
  const marks = deletedOf({ ...value, target }) === 'mark' ? [deletedColumn] : [];
  const names = planned.map(({ column }) => column);
  const withId = target.key === undefined && !names.includes('Id') ? ['Id', ...names] : names;
  return [...withId, ...marks.filter((name) => !names.includes(name))];
}

function checkKey(
  { target, mapping = {}, changes }: OutboundDefinition,
  names: readonly string[],
  refuse: RefuseValue,
) {
  const { key } = target;
  if (key === undefined) return;
  const source = mapping[key];
  if (typeof source === 'object' && source.constant !== undefined)
    throw refuse(
      ['target', 'key'],
      `"${key}" is the same in every row: it is a constant; name a column that tells rows apart`,
    );
  if (names.includes(key)) return;
  const nearest = findNearestName(key, names);
  const hint = nearest ? `did you mean ${nearest}?` : `the columns are ${names.join(', ')}`;
  const why = changes === 'incremental' ? ', by which what changed finds its row' : '';
  throw refuse(['target', 'key'], `"${key}"${why} is none of the columns that are filled; ${hint}`);
}

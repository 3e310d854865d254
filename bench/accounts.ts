/** The table the benchmarks read: accounts of 12 columns, about 150 bytes a row, quotes and newlines in 5% of the notes. */
import { execFileSync } from 'node:child_process';
import { type RunningPostgres, startPostgres } from '../test/postgres.ts';

export const columns = {
  Ext__c: 'ext',
  Name: 'name',
  Phone: 'phone',
  Website: 'website',
  Industry: 'industry',
  NumberOfEmployees: 'employees',
  AnnualRevenue: 'revenue',
  BillingStreet: 'street',
  BillingCity: 'city',
  BillingPostalCode: 'postal_code',
  Active__c: 'active',
  Description: 'notes',
} as const;

const fill = (rows: number) => `
create table accounts as
select 'A-' || lpad(n::text, 9, '0') as ext, 'Account number ' || n as name, '+49 30 ' || (1000000 + n % 8999999) as phone,
  'https://a' || n || '.example' as website, (array['Banking','Energy','Retail','Media'])[1 + n % 4] as industry,
  n % 5000 as employees, ((n % 100000) * 1.25)::numeric(12,2) as revenue, 'Long Street ' || n % 300 as street,
  (array['Berlin','Lagos','Osaka','Lima','Perth'])[1 + n % 5] as city, lpad((n % 99999)::text, 5, '0') as postal_code, n % 3 = 0 as active,
  case when n % 20 = 0 then E'said "yes",\\nthen left ' || n else 'plain words of a note ' || n end as notes
from generate_series(1, ${rows}) as n;
analyze accounts;`;

/** A PostgreSQL of its own with the table filled; stop it at the end. */
export async function openAccounts(rows: number): Promise<RunningPostgres> {
  const postgres = await startPostgres();
  execFileSync(
    'psql',
    [
      postgres.connectionString,
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      'set client_min_messages to error',
      '-c',
      fill(rows),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return postgres;
}

/** The COPY of the floor: the same cells in the same form. */
export function copyStatement(limit?: { from: number; to: number }): string {
  const cells = Object.entries(columns).map(
    ([field, column]) => `${column === 'active' ? 'active::text' : column} as "${field}"`,
  );
  const where = limit ? ` where ext > 'A-${pad(limit.from)}' and ext <= 'A-${pad(limit.to)}'` : '';
  return `copy (select ${cells.join(', ')} from accounts${where}) to stdout with (format csv, header, null '#N/A')`;
}

const pad = (number: number) => String(number).padStart(9, '0');

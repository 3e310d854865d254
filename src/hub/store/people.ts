/** Who may work in the Console, and in which role. */
import type { Row } from '../../store/index.ts';
import { type ApiRefused, refuseField } from '../../web/index.ts';
import type { Writing } from './hub-store.ts';
import { type ListQuery, type PageOf, readPage } from './read-page.ts';
import { changedMeanwhile } from './stale.ts';

export const roles = ['administrator', 'operator', 'viewer'] as const;
export type Role = (typeof roles)[number];

export type Person = {
  id: number;
  username: string;
  name: string;
  email: string | null;
  role: Role;
  active: boolean;
  createdAt: number;
  lastLoginAt: number | null;
  version: number;
};

export type NewPerson = Pick<Person, 'username' | 'name' | 'email' | 'role'>;
export type PersonChange = Partial<Pick<Person, 'name' | 'email' | 'role' | 'active'>>;

export type People = {
  count(): number;
  list(query: ListQuery): PageOf<Person>;
  find(id: number): Person | undefined;
  findByUsername(username: string): (Person & { passwordHash: string }) | undefined;
  add(by: string, person: NewPerson, passwordHash: string): Promise<Person>;
  /**
   * Whoever is made inactive loses all sessions. Throws ApiRefused 409 when the version is no longer the present one, and 400 when
   * nobody would be left to let anybody in.
   */
  change(by: string, id: number, change: PersonChange & { version: number }): Promise<Person>;
  /** Ends all sessions of the person. `instead`: of this one alone; throws ApiRefused 409 when it is another by now. */
  setPassword(by: string, person: Person, passwordHash: string, instead?: string): Promise<void>;
  loggedIn(person: Person): Promise<void>;
};

const columns = {
  id: 'id',
  username: 'username',
  name: 'name',
  email: 'email',
  role: 'role',
  active: 'active',
  createdAt: 'created_at',
  lastLoginAt: 'last_login_at',
  version: 'version',
} as const;

const selected = Object.entries(columns)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');

const section = 'People';

/** Inside a transaction it sees what the transaction has done so far. */
const administrators = `SELECT count(*) AS count FROM person WHERE role = 'administrator' AND active = 1`;

const isAdministrator = ({ role, active }: Person) => role === 'administrator' && active;

function lastAdministrator({ active }: PersonChange): ApiRefused {
  const field = active === false ? 'active' : 'role';
  return refuseField(field, 'This is the last active administrator.', 'Make somebody else an administrator first.');
}

export function peopleTable({ store, change, clock }: Writing): People {
  const find = (id: number) => {
    const row = store.get(`SELECT ${selected} FROM person WHERE id = :id`, { id });
    return row && readPerson(row);
  };
  const get = (id: number) => find(id) as Person;
  const countAdministrators = store.prepare(administrators);
  const endSessions = (id: number) => store.run('DELETE FROM session WHERE person_id = :id', { id });
  return {
    count: () => Number(store.get('SELECT count(*) AS count FROM person')?.count),
    list: (query) =>
      readPage(store, {
        table: 'person',
        columns,
        searched: ['username', 'name', "coalesce(email, '')", 'role'],
        defaultSort: 'username',
        query,
        read: readPerson,
      }),
    find,
    findByUsername(username) {
      const sql = `SELECT ${selected}, password_hash AS "passwordHash" FROM person WHERE lower(username) = lower(:username)`;
      const row = store.get(sql, { username });
      return row && { ...readPerson(row), passwordHash: String(row.passwordHash) };
    },
    async add(by, { username, name, email, role }, passwordHash) {
      const display = `Created person ${username} (${role})`;
      const id = await change(by, { action: 'createdPerson', section, display }, (now) => {
        const sql = `INSERT INTO person (username, name, email, role, password_hash, created_at)
          VALUES (:username, :name, :email, :role, :passwordHash, :now)`;
        return store.run(sql, { username, name, email, role, passwordHash, now }).id;
      });
      return get(id);
    },
    async change(by, id, { version, ...wished }) {
      const before = get(id);
      const { name, email, role, active } = { ...before, ...wished };
      const display = `Changed person ${before.username}: ${describeChange(before, wished)}`;
      await change(by, { action: 'changedPerson', section, display }, () => {
        const sql = `UPDATE person SET name = :name, email = :email, role = :role, active = :active, version = version + 1
          WHERE id = :id AND version = :version`;
        const { changes } = store.run(sql, { name, email, role, active: Number(active), id, version });
        if (changes === 0) throw changedMeanwhile();
        // Looked at as it would be, since two may give up their role at once.
        if (isAdministrator(before) && countAdministrators.get()?.count === 0) throw lastAdministrator(wished);
        if (!active) endSessions(id);
      });
      return get(id);
    },
    setPassword: (by, { id, username }, passwordHash, instead = '') =>
      change(by, { action: 'changedPassword', section, display: `Changed the password of ${username}` }, () => {
        const sql = `UPDATE person SET password_hash = :passwordHash, version = version + 1
          WHERE id = :id AND :instead IN ('', password_hash)`;
        if (store.run(sql, { id, passwordHash, instead }).changes === 0) throw changedMeanwhile();
        endSessions(id);
      }),
    loggedIn: ({ id, username }) =>
      change(username, { action: 'loggedIn', section: 'Log In', display: `${username} logged in` }, () => {
        store.run('UPDATE person SET last_login_at = :now WHERE id = :id', { id, now: clock.now() });
      }),
  };
}

function readPerson(row: Row): Person {
  const { id, username, name, email, role, active, createdAt, lastLoginAt, version } = row as unknown as Person;
  return { id, username, name, email, role, active: Boolean(active), createdAt, lastLoginAt, version };
}

/** `role viewer, now operator; now inactive`; what is the same is left out. */
function describeChange(before: Person, wished: PersonChange): string {
  const parts = Object.entries(wished)
    .filter(([name, value]) => before[name as keyof Person] !== value)
    .map(([name, value]) => `${name} was ${String(before[name as keyof Person])}, now ${String(value)}`);
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}

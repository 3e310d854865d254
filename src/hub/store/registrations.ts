/** One-time codes with which agents register: shown once, good for one use within an hour. */
import { hash } from 'node:crypto';
import { createPassword } from '../../base/index.ts';
import type { Writing } from './hub-store.ts';

export type Registrations = {
  /** The code is given here, and can never be read again. */
  add(by: string): Promise<{ code: string; endsAt: number }>;
  /** Whether the code was good; from now on it is not. */
  use(code: string): Promise<boolean>;
};

const hourMs = 60 * 60_000;
/** Codes are remembered so long, for whoever asks what became of them. */
const keptMs = 30 * 24 * hourMs;

export function registrationsTable({ store, change, clock }: Writing): Registrations {
  return {
    async add(by) {
      const code = createPassword();
      const note = { action: 'createdRegistrationCode', section: 'Agents', display: 'Made a registration code' };
      const endsAt = await change(by, note, (now) => {
        store.run('DELETE FROM registration_code WHERE ends_at < :before', { before: now - keptMs });
        const sql =
          'INSERT INTO registration_code (digest, made_at, made_by, ends_at) VALUES (:digest, :now, :by, :endsAt)';
        store.run(sql, { digest: digestOf(code), now, by, endsAt: now + hourMs });
        return now + hourMs;
      });
      return { code, endsAt };
    },
    async use(code) {
      const sql = `UPDATE registration_code SET used_at = :now
        WHERE digest = :digest AND used_at IS NULL AND ends_at > :now`;
      const values = { digest: digestOf(code.trim()), now: clock.now() };
      return await store.gather(() => store.run(sql, values).changes === 1);
    },
  };
}

function digestOf(code: string): Buffer {
  return hash('sha256', code, 'buffer');
}

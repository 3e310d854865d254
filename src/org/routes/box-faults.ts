/**
 * `GET`, `PUT` and `DELETE /box/faults`: faults on purpose, for the tests of a client.
 *
 * No Salesforce has it, so it lies outside `/services`. Whoever is on this machine may use it without a token, others with a
 * token of the org; a browser page may not, since its requests are known by their headers.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type FaultRule, type Faults, faultKinds, waitingKinds } from '../faults.ts';
import { parseJson, readBytes } from './body.ts';
import type { Answer, OrgParts } from './call.ts';
import { refuse } from './refusals.ts';
import { findSession, readToken } from './session.ts';

export type BoxCall = {
  method: string;
  headers: IncomingHttpHeaders;
  body: Readable;
  remoteAddress: string | undefined;
};

const maxRulesBytes = 262_144;

const rule = Type.Object(
  {
    path: Type.String({ pattern: '^(/|\\*)' }),
    method: Type.Optional(Type.String({ pattern: '^[A-Za-z]+$' })),
    share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    kind: Type.Enum([...faultKinds]),
    latencyMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    times: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

const request = Type.Object(
  { seed: Type.Optional(Type.Integer({ minimum: 0 })), rules: Type.Array(rule, { maxItems: 100 }) },
  { additionalProperties: false },
);

const validator = Compile(request);

export async function serveFaults(call: BoxCall, org: OrgParts): Promise<Answer> {
  requireTrusted(call, org);
  if (call.method === 'PUT')
    await setFaults(org, readRules(parseJson(await readBytes(call, { maxBytes: maxRulesBytes }))));
  else if (call.method === 'DELETE') await setFaults(org, { rules: [] });
  else if (call.method !== 'GET' && call.method !== 'HEAD') {
    throw refuse(405, 'METHOD_NOT_ALLOWED', `${call.method} is not allowed here; GET, PUT and DELETE are`);
  }
  return { status: 200, json: org.faults.report() };
}

/** Sets the rules of the front door, and those for rows at the records. */
export async function setFaults(
  { faults, records }: Pick<OrgParts, 'faults' | 'records'>,
  { rules, seed = 1 }: { rules: readonly FaultRule[]; seed?: number },
): Promise<void> {
  faults.set(rules, seed);
  await applyRowFaults(faults, records, seed);
}

export async function applyRowFaults(faults: Faults, records: OrgParts['records'], seed: number): Promise<void> {
  const share = faults.rowLockShare();
  await records.setRowFaults(share === 0 ? null : { share, seed });
}

function readRules(value: unknown): { rules: FaultRule[]; seed: number } {
  if (!validator.Check(value)) {
    const [problem] = validator.Errors(value);
    throw refuse(
      400,
      'FAULTS_INVALID',
      `${problem?.instancePath || 'The body'}: ${problem?.message ?? 'does not fit'}. ${example}`,
    );
  }
  const { rules, seed = 1 } = value as Static<typeof request>;
  const incomplete = rules.findIndex(({ kind, latencyMs }) => waitingKinds.has(kind) && latencyMs === undefined);
  if (incomplete >= 0) throw refuse(400, 'FAULTS_INVALID', `/rules/${incomplete} lacks latencyMs. ${example}`);
  return { rules: rules.map((given) => ({ ...given, share: given.share ?? 1 })), seed };
}

const example =
  'Write e.g. {"seed":1,"rules":[{"path":"/services/data/**","method":"PATCH","share":0.1,"kind":"drop-after"}]}';

function requireTrusted(call: BoxCall, org: OrgParts): void {
  const token = readToken(call.headers);
  if (token !== undefined && findSession(token, org) !== undefined) return;
  const fromBrowser = call.headers.origin !== undefined || call.headers['sec-fetch-site'] !== undefined;
  if (isLoopback(call.remoteAddress) && !fromBrowser) return;
  throw refuse(403, 'FORBIDDEN', 'Faults are set from this machine, or with a token of this org');
}

/** `undefined` is a call from inside the process. */
export function isLoopback(address: string | undefined): boolean {
  return address === undefined || address === '::1' || /^(::ffff:)?127\./.test(address);
}

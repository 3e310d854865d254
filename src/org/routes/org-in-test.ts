/** For tests: an org that keeps nothing, called with no port. */
import type { InjectOptions } from 'fastify';
import { createLog } from '../../base/index.ts';
import { type OrgSettings, openOrg } from '../org.ts';
import { parseSetupFile } from '../setup/index.ts';

export const setupText = `
organization: { name: Test, type: production }
users:
  - { username: integration@test.example, lastName: Integration }
  - { username: other@test.example, lastName: Other }
connectedApps:
  - name: Sluice
    scopes: [api, id, refresh_token]
    clientCredentials: { enabled: true, runAs: integration@test.example }
  - name: Identity only
    consumerKey: 3MVG9aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    consumerSecret: env:SLUICE_SECRET_IDENTITY
    scopes: [id]
    clientCredentials: { enabled: true, runAs: other@test.example }
objects:
  - name: City__c
    fields:
      - { name: Code__c, type: text, length: 20, unique: true, externalId: true }
      - { name: Group__c, type: text, length: 20, externalId: true }
      - { name: Account__c, type: lookup, to: Account, relationshipName: Cities }
`;

const identityKey = '3MVG9aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const identitySecret = 'identity-secret-identity-secret-identity';

export type Reply = { status: number; body: string; headers: Record<string, unknown>; json: unknown };

export type CallOptions = {
  json?: unknown;
  payload?: string | Buffer;
  headers?: Record<string, string>;
  /** Without one, the app that may use the API. */
  app?: 'identity only' | 'none';
};

/** The org and two ways to call it; the path stands below /services/data/v68.0 when it has no slash at its start. */
export async function openOrgInTest(settings: OrgSettings = {}) {
  const org = await openOrg({
    setup: parseSetupFile(setupText),
    environment: { SLUICE_SECRET_IDENTITY: identitySecret },
    log: createLog({ level: 'silent' }),
    ...settings,
  });
  const tokenOf = async (key: string, secret: string): Promise<string> => {
    const payload = `grant_type=client_credentials&client_id=${key}&client_secret=${secret}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await org.app.inject({ method: 'POST', url: '/services/oauth2/token', headers, payload });
    return (answer.json() as { access_token: string }).access_token;
  };
  const token = await tokenOf(org.consumerKey, org.consumerSecret);
  const identityToken = await tokenOf(identityKey, identitySecret);
  const call = async (method: string, path: string, options: CallOptions = {}): Promise<Reply> => {
    const authorization = `Bearer ${options.app === 'identity only' ? identityToken : token}`;
    const headers = { ...(options.app === 'none' ? {} : { authorization }), ...options.headers };
    const url = path.startsWith('/') ? path : `/services/data/v68.0/${path}`;
    const payload = options.json === undefined ? options.payload : JSON.stringify(options.json);
    const typed = options.json === undefined ? headers : { 'content-type': 'application/json', ...headers };
    const request = { method, url, headers: typed, ...(payload === undefined ? {} : { payload }) } as InjectOptions;
    const { statusCode, body, headers: answered, rawPayload } = await org.app.inject(request);
    const isJson = String(answered['content-type']).startsWith('application/json') && rawPayload[0] !== 0x1f;
    return { status: statusCode, body, headers: answered, json: isJson && body !== '' ? JSON.parse(body) : undefined };
  };
  return { org, call, token, [Symbol.asyncDispose]: org.close };
}

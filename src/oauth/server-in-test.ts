/** For tests: the endpoints of either dialect over stores in memory, with one app, one user and a clock that is moved by hand. */
import { generateKeyPairSync, hash } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { createAccessTokens, createRandomText } from './access-token.ts';
import type { Client, Subject } from './client-store.ts';
import type { EndpointResponse } from './dialect/dialect.ts';
import { createSalesforceDialect, salesforceKeyId } from './dialect/salesforce.ts';
import { createStandardDialect, standardPaths } from './dialect/standard.ts';
import type { EndpointParts, EndpointRequest } from './exchange.ts';
import { createMemoryGrantStore } from './grant-store.ts';
import { createIntrospectionEndpoint } from './introspection.ts';
import type { LoginEvent } from './login-event.ts';
import { createLoginRate } from './login-rate.ts';
import { createRevocationEndpoint } from './revocation.ts';
import { createSigner } from './signature.ts';
import { createMemoryKeyStore, createSigningKeys } from './signing-keys.ts';
import { completeParts, createTokenEndpoint } from './token-endpoint.ts';

export const address = 'https://acme.my.salesforce.example';
export const key = `3MVG9${'x'.repeat(80)}`;
export const secret = 'A1'.repeat(32);
export const otherKey = `3MVG9${'y'.repeat(80)}`;
export const otherSecret = 'B2'.repeat(32);
export const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const strangerPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const redirectUri = 'http://localhost:1717/OauthRedirect';

export const subject: Subject = {
  id: '005Sb0000000001AAA',
  organizationId: '00DSb000000abcdEAA',
  active: true,
  username: 'integration@acme.example',
};

export const client: Client = {
  id: key,
  appId: '0H4Sb0000000001AAA',
  secretDigest: hash('sha256', secret, 'buffer'),
  scopes: ['api', 'id', 'refresh_token'],
  clientCredentialsEnabled: true,
  runAs: subject,
  sessionTimeoutMs: 7_200_000,
  sign: createSigner(secret),
  publicKeys: [{ key: pair.publicKey }],
  userFlows: { authorizationCode: true, redirectUris: [redirectUri] },
};

export const otherClient: Client = {
  ...client,
  id: otherKey,
  appId: '0H4Sb0000000002AAA',
  secretDigest: hash('sha256', otherSecret, 'buffer'),
  sign: createSigner(otherSecret),
};

type Stage = {
  dialect?: 'salesforce' | 'standard';
  app?: Partial<Client>;
  user?: Partial<Subject>;
  other?: Partial<Client>;
  parts?: Partial<EndpointParts>;
};

export type Reply = {
  status: number;
  headers: EndpointResponse['headers'];
  body: string;
  json: Record<string, unknown>;
};

export function openServerInTest({ dialect: kind = 'salesforce', app, user, other, parts: own }: Stage = {}) {
  const clock = { at: 1_763_700_000_000, now: () => clock.at, sleep: async () => undefined };
  const events: LoginEvent[] = [];
  const person = { ...subject, ...user };
  const apps: Client[] = [
    { ...client, runAs: person, ...app },
    { ...otherClient, runAs: person, ...other },
  ];
  const dialect =
    kind === 'salesforce'
      ? createSalesforceDialect({ baseUrl: () => address })
      : createStandardDialect({ issuer: () => address });
  const parts = completeParts({
    clients: {
      findClient: (id) => apps.find((one) => one.id === id),
      findClientByAppId: (appId) => apps.find((one) => one.appId === appId),
    },
    subjects: {
      findSubject: (id) => (id === person.id ? person : undefined),
      findSubjectByUsername: (name) => (name === person.username ? person : undefined),
    },
    tokens: createAccessTokens({ clock, ...(kind === 'standard' ? { createText: createRandomText } : {}) }),
    dialect,
    clock,
    loginRate: createLoginRate({ perHour: 1_000_000, clock }),
    grants: createMemoryGrantStore(),
    signingKeys: createSigningKeys({
      store: createMemoryKeyStore(),
      clock,
      keyIdAt: (at) => salesforceKeyId(subject.organizationId, at),
    }),
    onLogin: (event) => void events.push(event),
    ...own,
  });
  const endpoints = {
    token: createTokenEndpoint(parts),
    introspect: createIntrospectionEndpoint(parts),
    revoke: createRevocationEndpoint(parts),
  };
  const send = async (
    endpoint: keyof typeof endpoints,
    form: Record<string, string> | string | Uint8Array,
    traits: Partial<EndpointRequest> = {},
  ): Promise<Reply> => {
    const body = typeof form === 'string' || form instanceof Uint8Array ? form : new URLSearchParams(form).toString();
    const { status, headers, body: text } = await endpoints[endpoint](requestOf(endpoint, body, traits));
    return { status, headers, body: text, json: text.startsWith('{') ? JSON.parse(text) : {} };
  };
  const signIn = async (form: Record<string, string> = {}) =>
    String((await send('token', { ...withSecret, grant_type: 'client_credentials', ...form })).json.access_token);
  return { clock, events, parts, endpoints, send, signIn };
}

const paths = { token: standardPaths.token, introspect: standardPaths.introspection, revoke: standardPaths.revocation };

export function requestOf(
  endpoint: keyof typeof paths,
  body: string | Uint8Array,
  traits: Partial<EndpointRequest> = {},
): EndpointRequest {
  return {
    method: 'POST',
    url: paths[endpoint],
    remoteAddress: '192.0.2.1',
    body: Buffer.from(body),
    ...traits,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...traits.headers },
  };
}

export const withSecret = { client_id: key, client_secret: secret };
export const withOtherSecret = { client_id: otherKey, client_secret: otherSecret };

export function basic(text: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

/** Signed by the app, or by a stranger, with any claims at all. */
export function signAssertion(claims: object, { by = pair, header = {} }: { by?: typeof pair; header?: object } = {}) {
  return new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'RS256', ...header }).sign(by.privateKey);
}

export const refused = (error: string, error_description: string) => ({ error, error_description });

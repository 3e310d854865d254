/** Manage Consumer Details: Verify Your Identity, the pairs of key and secret, and their rotation. */
import { type Static, Type } from 'typebox';
import { refuseCall } from '../../web/index.ts';
import { getApp, shownIn } from './app-operations.ts';
import { consumerDetails } from './app-schemas.ts';
import { viewOfCredential } from './app-view.ts';
import { operation, type SetupApi } from './operation.ts';
import type { SetupSession } from './setup-sessions.ts';

const page = 'Manage Consumer Details';
const closed = { additionalProperties: false } as const;
const time = (description: string) => Type.Integer({ description: `${description}, in milliseconds since 1970.` });

const verification = [
  operation({
    method: 'POST',
    path: '/identity-verification',
    id: 'sendVerificationCode',
    summary: 'Verify Your Identity: mails a six-digit code to the administrator; see the Outbox.',
    page,
    status: 201,
    refusals: [429],
    answer: Type.Object({ sentTo: Type.String(), expiresAt: time('When the code no longer holds') }, closed),
    run({ session, administrator }, { verification }) {
      const { expiresAt } = verification.sendCode(session, administrator.email);
      return { json: { sentTo: administrator.email, expiresAt } };
    },
  }),
  operation({
    method: 'POST',
    path: '/identity-verification/code',
    id: 'verifyCode',
    summary: 'Verify: the code out of the mail lets consumer details be seen for ten minutes.',
    page,
    body: Type.Object({ code: Type.String({ title: 'Verification Code', minLength: 1, maxLength: 20 }) }, closed),
    answer: Type.Object({ verifiedUntil: time('Until when consumer details can be seen') }, closed),
    run: ({ session, body }, { verification }) => ({ json: verification.checkCode(session, body.code.trim()) }),
  }),
];

const details = operation({
  method: 'GET',
  path: '/apps/:id/consumer-details',
  id: 'getConsumerDetails',
  summary: 'Consumer Key and Consumer Secret; wants a verified identity.',
  page,
  refusals: [403],
  answer: consumerDetails,
  run({ params, session, administrator }, api) {
    const { id } = getApp(params, api);
    requireVerified(session, api);
    return { json: detailsOf(id, { by: administrator.username, session, api }) };
  },
});

const rotation = [
  operation({
    method: 'POST',
    path: '/apps/:id/staged-credentials',
    id: 'stageCredentials',
    summary: 'Stage New Credentials: a second pair beside the first, for 30 days.',
    page,
    status: 201,
    refusals: [403],
    answer: consumerDetails,
    run({ params, session, administrator }, api) {
      const { id } = getApp(params, api);
      requireVerified(session, api);
      const by = administrator.username;
      api.org.setup.administer(by).stageCredentials(id);
      return { json: detailsOf(id, { by, session, api }) };
    },
  }),
  operation({
    method: 'POST',
    path: '/apps/:id/staged-credentials/apply',
    id: 'applyCredentials',
    summary: 'Apply, or Apply and Revoke Tokens Now: the staged pair takes over, the old one is refused from then on.',
    page,
    body: Type.Object(
      { revokeTokens: Type.Optional(Type.Boolean({ description: 'True: Apply and Revoke Tokens Now.' })) },
      closed,
    ),
    answer: Type.Object({ revokedTokens: Type.Integer() }, closed),
    async run({ params, body: { revokeTokens = false }, administrator }, api) {
      const administration = api.org.setup.administer(administrator.username);
      return {
        json: { revokedTokens: await administration.applyCredentials(getApp(params, api).id, { revokeTokens }) },
      };
    },
  }),
  operation({
    method: 'DELETE',
    path: '/apps/:id/staged-credentials',
    id: 'discardCredentials',
    summary: 'Discard: drops the staged pair.',
    page,
    run({ params, administrator }, api) {
      api.org.setup.administer(administrator.username).discardCredentials(getApp(params, api).id);
      return { json: undefined };
    },
  }),
];

export const credentialOperations = [...verification, details, ...rotation];

function requireVerified(session: SetupSession, { verification }: SetupApi): void {
  if (!verification.isVerified(session))
    throw refuseCall(
      403,
      'Your identity is not verified.',
      'Send a verification code, and enter the one in the newest mail in the Outbox.',
    );
}

type Viewer = { by: string; session: SetupSession; api: SetupApi };

function detailsOf(appId: string, { by, session, api }: Viewer): Static<typeof consumerDetails> {
  const plain = api.org.setup.administer(by).viewConsumerDetails(appId);
  const { credentials } = getApp({ id: appId }, api);
  const pairs = credentials.flatMap((one) => {
    const found = plain.find(({ id }) => id === one.id);
    if (found === undefined) return [];
    const { consumerKey, consumerSecret } = found;
    return [{ ...viewOfCredential(one, shownIn(api)), consumerKey, consumerSecret }];
  });
  return { pairs, verifiedUntil: session.verifiedUntil };
}

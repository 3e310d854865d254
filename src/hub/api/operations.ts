/** All operations of the hub's API, page by page of the Console. */
import { Type } from 'typebox';
import { describeApi } from '../../web/index.ts';
import { withIntegrateApi } from '../integrate/integrate-description.ts';
import { agentOperations } from './agent-operations.ts';
import { attentionOperations } from './attention-operations.ts';
import { auditOperations } from './audit-operations.ts';
import { boardOperations } from './board-operations.ts';
import { clientOperations } from './client-operations.ts';
import { connectionOfferOperations } from './connection-offers.ts';
import { connectionOperations } from './connection-operations.ts';
import { connectionPingOperations } from './connection-ping-operations.ts';
import { formulaOperations } from './formula-operations.ts';
import { integrationOperations } from './integration-operations.ts';
import { interfaceOperations } from './interface-operations.ts';
import { interfaceTestOperations } from './interface-test-operations.ts';
import { interfaceVersionOperations } from './interface-version-operations.ts';
import { messageActOperations } from './message-act-operations.ts';
import { messageOperations } from './message-operations.ts';
import { type Operation, openOperation } from './operation.ts';
import { peopleOperations } from './people-operations.ts';
import { recordTestOperations } from './record-test-operations.ts';
import { remoteSiteOperations } from './remote-site-operations.ts';
import { retentionOperations } from './retention-operations.ts';
import { rowTestOperations } from './row-test-operations.ts';
import { runOperations } from './run-operations.ts';
import { sessionOperations } from './session-operations.ts';
import { throughputOperations } from './throughput-operations.ts';

export const hubApiBase = '/api';
export const hubCookieName = 'sluice_hub';

const descriptionOperation = openOperation({
  method: 'GET',
  path: '/openapi.json',
  id: 'getDescription',
  summary: 'This description, in OpenAPI 3.1.',
  page: 'Log In',
  answer: Type.Object({ openapi: Type.String() }),
  run: () => ({ json: hubApiDescription() as { openapi: string } }),
});

const operations = [
  ...sessionOperations,
  descriptionOperation,
  ...attentionOperations,
  ...throughputOperations,
  ...remoteSiteOperations,
  ...connectionOperations,
  ...connectionPingOperations,
  ...connectionOfferOperations,
  ...agentOperations,
  ...integrationOperations,
  ...interfaceOperations,
  ...interfaceTestOperations,
  ...recordTestOperations,
  ...rowTestOperations,
  ...formulaOperations,
  ...interfaceVersionOperations,
  ...runOperations,
  ...boardOperations,
  ...messageOperations,
  ...messageActOperations,
  ...retentionOperations,
  ...clientOperations,
  ...peopleOperations,
  ...auditOperations,
];

/** Each by its own types, for clients that are written in TypeScript. */
export type HubOperation = (typeof operations)[number];

export const hubOperations: readonly Operation[] = operations;

/** OpenAPI 3.1; published as docs/reference/hub-api.openapi.json. */
export function hubApiDescription(): Readonly<Record<string, unknown>> {
  const described = describeApi({
    base: hubApiBase,
    title: 'API of the hub',
    summary: 'What is done in the Console, as an API.',
    cookieName: hubCookieName,
    operations: hubOperations,
  });
  return withIntegrateApi(described);
}

/** The integrate API in OpenAPI 3.1, as a part of the description of the hub: its paths stand beside the base of the rest. */
import { longestRunWaitMs } from '../../protocol/index.ts';
import { callPath } from './answers.ts';
import { integratePath } from './mount.ts';

type Json = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const whole = { type: 'integer' };
const orNull = (type: string) => ({ type: [type, 'null'] });

const result = {
  type: 'object',
  required: ['record', 'message', 'status', 'success', 'id', 'created', 'errors'],
  properties: {
    record: { ...whole, description: 'From 1, as they came; nested ones count behind their parent.' },
    interface: { ...text, description: 'Of a nested record.' },
    parent: { ...whole, description: 'Of a nested record: the message of its parent.' },
    message: { ...whole, description: 'Its message at the hub.' },
    status: { ...text, enum: ['New', 'Pending', 'Processing', 'Completed', 'Failed', 'Cancelled'] },
    success: { ...orNull('boolean'), description: 'null while it is not known.' },
    id: { ...orNull('string'), description: 'The Salesforce id.' },
    created: orNull('boolean'),
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['statusCode', 'message', 'fields'],
        properties: { statusCode: text, message: text, fields: { type: 'array', items: text } },
      },
    },
  },
};

const callAnswer = {
  type: 'object',
  required: ['call', 'url', 'mode', 'modeReason', 'records', 'messages'],
  properties: {
    call: { ...text, description: 'A UUID.' },
    url: { ...text, description: 'Where to ask what became of the records.' },
    mode: { ...text, enum: ['Synchronous', 'Asynchronous', 'Batch', 'Bulk'] },
    modeReason: text,
    records: { ...whole, description: 'Those of the body, without those nested in them.' },
    messages: whole,
    reason: { ...text, description: 'Why the outcome is not known yet.' },
    results: { type: 'array', items: result, description: 'Left out for Bulk.' },
    next: { ...text, description: 'Of a list that goes on: what to ask for next.' },
  },
};

const inQuery = (name: string, schema: Json, description: string, required = false) => ({
  name,
  in: 'query',
  required,
  schema,
  description,
});

const format = (description: string) => ({ ...text, enum: ['JSON', 'CSV'], description });
const responseFormat = inQuery('response-format', format('JSON when left out.'), 'Refusals are always JSON.');

const answered = (description: string) => ({
  description,
  content: { 'application/json': { schema: callAnswer }, 'text/csv': { schema: text } },
});

const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Errors' } } },
});

const tokenRefusals = {
  401: refusal('There is no token, or one that is wrong or has ended.'),
  403: refusal('The token lacks the scope integrate, or the client may not use the interface.'),
};

const common = { tags: ['Integrate API'], security: [{ token: ['integrate'] }], servers: [{ url: '/' }] };
const records = { oneOf: [{ type: 'object' }, { type: 'array', items: { type: 'object' } }] };

const take = {
  operationId: 'integrate',
  summary: 'Takes records in for an interface; an agent carries them into Salesforce.',
  ...common,
  parameters: [
    inQuery('integration', text, 'Its name at the hub.', true),
    inQuery('interface', text, 'Its name at the hub.', true),
    inQuery(
      'mode',
      { ...text, enum: ['Synchronous', 'Asynchronous', 'Batch', 'Bulk', 'Auto'] },
      'That of the interface when left out.',
    ),
    inQuery('request-format', format('By Content-Type when left out.'), 'What the body is.'),
    responseFormat,
    inQuery(
      'wait',
      { type: 'integer', minimum: 0, maximum: longestRunWaitMs / 1_000 },
      'Synchronous: how many seconds to wait for the outcome.',
    ),
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      schema: text,
      description: 'A call that is repeated with it is taken once.',
    },
  ],
  requestBody: {
    required: true,
    content: {
      'application/json': { schema: records },
      'application/x-ndjson': { schema: text },
      'text/csv': { schema: text },
    },
  },
  responses: {
    200: answered('Synchronous: what became of each record.'),
    202: answered('The records are on the disk of the hub.'),
    400: refusal('A parameter or the body is wrong; the message has the place.'),
    ...tokenRefusals,
    404: refusal('There is no such integration or interface.'),
    408: refusal('The body did not come in time.'),
    409: refusal(
      'The integration is stopped, the interface is not deployed, or the first call of this key is under way.',
    ),
    413: refusal('The body, or the number of its records, is too large for the mode.'),
    415: refusal('The body is neither JSON nor CSV, or is compressed.'),
    422: refusal('The Idempotency-Key came before with another call.'),
    429: refusal('Too much waits already; Retry-After says when to come again.'),
    503: refusal('The agent of a Synchronous call is away, or the disk is full; nothing is kept.'),
  },
};

const show = {
  operationId: 'getCall',
  summary: 'What became of the records of a call, for the client that sent it.',
  ...common,
  parameters: [
    { name: 'id', in: 'path', required: true, schema: text },
    inQuery('after', whole, 'Messages behind this one.'),
    inQuery('limit', { type: 'integer', maximum: 1_000 }, '200 when left out.'),
    responseFormat,
  ],
  responses: {
    200: answered('What is known of each record.'),
    400: refusal('A parameter is wrong.'),
    ...tokenRefusals,
    404: refusal('There is no such call of this client.'),
  },
};

const token = {
  type: 'oauth2',
  description: "A token of the hub's own authorization server.",
  flows: {
    clientCredentials: { tokenUrl: '/oauth2/token', scopes: { integrate: 'Send records in, and ask for them.' } },
  },
};

/** The description of the hub, with this API in it. */
export function withIntegrateApi(described: Json): Json {
  const { paths, tags, components } = described as { paths: Json; tags: Json[]; components: Record<string, Json> };
  return {
    ...described,
    tags: [...tags, { name: 'Integrate API' }],
    paths: { ...paths, [integratePath]: { post: take }, [`${callPath}/{id}`]: { get: show } },
    components: { ...components, securitySchemes: { ...components.securitySchemes, token } },
  };
}

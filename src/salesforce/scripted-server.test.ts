/** A small server for the tests beside it, which answers as a script says and counts what it was asked; no test stands here. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openSalesforce, type SalesforceOptions, type SalesforceSettings } from './salesforce.ts';

export type Asked = {
  method: string;
  /** Below `/services/data/v68.0`, with its query. */
  path: string;
  token: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** How many REST calls came before this one. */
  before: number;
  request: IncomingMessage;
  response: ServerResponse;
};

export type Reply =
  | { status?: number; json?: unknown; text?: string; headers?: Record<string, string> }
  /** The connection ends with no answer. */
  | 'drop'
  /** No answer, ever. */
  | 'silence'
  /** The script has answered by itself. */
  | 'answered';

export type Script = {
  /** The answer to token request `count` (1 is the first); default: token number `count`. */
  token?: (count: number) => Reply | Promise<Reply>;
  rest?: (asked: Asked) => Reply | Promise<Reply>;
  /** The script reads the body of REST calls by itself. */
  leaveBody?: boolean;
};

export type ScriptedServer = AsyncDisposable & {
  url: string;
  tokenRequests: string[];
  asked: Asked[];
  settings(more?: Partial<SalesforceSettings>): SalesforceSettings;
  open(options?: SalesforceOptions, more?: Partial<SalesforceSettings>): ReturnType<typeof openSalesforce>;
};

/** Pauses between tries take no time. */
export const quick: SalesforceOptions = { clock: { now: () => Date.now(), sleep: async () => undefined } };

export const consumerSecret = 'S3CRET0123456789';

/** The token answer as the org gives it (no expires_in, issued_at in milliseconds as text). */
export function tokenAnswer(url: string, accessToken: string): Record<string, string> {
  return {
    access_token: accessToken,
    signature: 'c2lnbmF0dXJl',
    scope: 'id api',
    instance_url: url,
    id: 'https://login.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS',
    token_type: 'Bearer',
    issued_at: '1736530186928',
  };
}

export const sessionExpired: Reply = {
  status: 401,
  json: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }],
};

/** The token number `count` of a server. */
export function tokenNumber(count: number): string {
  return `00Dxx0000001gPL!T${count}`;
}

export async function startScriptedServer(script: Script = {}): Promise<ScriptedServer> {
  const tokenRequests: string[] = [];
  const asked: Asked[] = [];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.on('error', () => undefined);
    const isToken = request.url === '/services/oauth2/token';
    const body = script.leaveBody && !isToken ? '' : await readBody(request);
    if (body === null) return;
    if (isToken) {
      const count = tokenRequests.push(body);
      const reply = await (script.token?.(count) ?? { json: tokenAnswer(url, tokenNumber(count)) });
      return send(reply, response);
    }
    const call = toAsked(request, response, { body, before: asked.length });
    asked.push(call);
    send(await (script.rest?.(call) ?? { json: {} }), response);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = (more = {}): SalesforceSettings => ({
    myDomainUrl: url,
    consumerKey: '3MVG9.key',
    consumerSecret,
    ...more,
  });
  return {
    url,
    tokenRequests,
    asked,
    settings,
    open: (options, more) => openSalesforce(settings(more), options),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toAsked(
  request: IncomingMessage,
  response: ServerResponse,
  { body, before }: { body: string; before: number },
): Asked {
  return {
    method: request.method ?? '',
    path: (request.url ?? '').replace('/services/data/v68.0', ''),
    token: (request.headers.authorization ?? '').replace('Bearer ', ''),
    headers: request.headers,
    body,
    before,
    request,
    response,
  };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const blocks: Buffer[] = [];
  try {
    for await (const block of request) blocks.push(block as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(blocks).toString('utf8');
}

function send(reply: Reply, response: ServerResponse): void {
  if (reply === 'answered' || reply === 'silence') return;
  if (reply === 'drop') {
    response.destroy();
    return;
  }
  const { status = 200, json, text, headers = {} } = reply;
  const body = text ?? (json === undefined ? '' : JSON.stringify(json));
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8', ...headers }).end(body);
}

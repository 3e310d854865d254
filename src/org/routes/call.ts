/** What a resource is given and what it gives back: plain data, so that a resource is a function and needs no socket. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Clock, Log } from '../../base/index.ts';
import type { Faults } from '../faults.ts';
import type { ApiUsage } from '../limits.ts';
import type { Records } from '../records/index.ts';
import type { Access } from '../rights/index.ts';
import type { SetupStore } from '../setup/index.ts';
import type { ApexClasses } from './apex-class.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Who calls: the user in whose name the token acts, and what the token may do. */
export type Session = { token: string; userId: string; scopes: readonly string[] };

export type Call = {
  /** After `_HttpMethod`; HEAD comes as GET. */
  method: Method;
  /** E.g. 68. */
  apiVersion: number;
  /** `/services/data/v68.0`, also when `latest` was asked. */
  base: string;
  /** Path parameters, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body as it comes, still compressed if it is. */
  body: Readable;
  session: Session;
  /** What the user of the session may see and do. */
  access: Access;
  /** What rows saved by this call are stamped with, where a fault sets it apart from when they are saved. */
  stampedMs?: number;
};

export type Answer = {
  status: number;
  /** Written compact, or pretty when asked. */
  json?: unknown;
  text?: string;
  bytes?: AsyncIterable<Uint8Array>;
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
};

/** All that resources work on. */
export type OrgParts = {
  records: Records;
  setup: SetupStore;
  apexClasses: ApexClasses;
  faults: Faults;
  usage: ApiUsage;
  clock: Clock;
  log: Log;
  /** Aborted when the org closes: what waits of its own accord waits no longer. */
  closing: AbortSignal;
  /** Whether an upload is on the disk before it is acknowledged. */
  durable: boolean;
  /** The address of the org itself, without a slash at its end; known for certain once it listens. */
  instanceUrl(): string;
};

export type Handler = (call: Call, org: OrgParts) => Promise<Answer> | Answer;

/** One path below `/services/data/vNN.0` and what each method does there. */
export type Resource = { path: string; methods: Readonly<Partial<Record<Method, Handler>>> };

/** The parameter of the path that the route is known to have. */
export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

export function isTrue(text: string | null): boolean {
  return text?.toLowerCase() === 'true';
}

/** What a server counts, for Prometheus: one registry for a process, read at /metrics. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Counter, Gauge, Histogram } from 'prom-client';

type Described<Label extends string> = { name: string; help: string; labels?: readonly Label[] };

/**
 * Names follow the conventions of Prometheus: `sluice_…`, the unit at the end, `_total` for what only grows. No label may take
 * a value that callers choose: what they send is never one.
 */
export type Metrics = {
  counter<Label extends string>(described: Described<Label>): Counter<Label>;
  /** `read` is asked each time the metrics are. */
  gauge(described: Described<never> & { read(): number }): Gauge;
  /** One for each value of the label; `read` gives all of them each time. */
  gauges<Label extends string>(
    described: Described<never> & { label: Label; read(): Readonly<Record<string, number>> },
  ): Gauge;
  histogram<Label extends string>(described: Described<Label> & { buckets: readonly number[] }): Histogram<Label>;
  /** Counts the requests of a server by operation and status. */
  countRequests(app: FastifyInstance, server: CountedServer): void;
  /** One that its router never saw. */
  countRequest(server: CountedServer, operation: string, status: number): void;
  /** Memory, processor time, event loop and collections of this process; for programs, since it goes on for good. */
  watchProcess(): void;
  read(): Promise<{ text: string; contentType: string }>;
};

type CountedServer = 'hub' | 'agent';

export async function createMetrics(): Promise<Metrics> {
  const client = await import('prom-client');
  const registry = new client.Registry();
  const registers = [registry];
  const requests = new client.Counter({
    name: 'sluice_http_requests_total',
    help: 'HTTP requests answered, by server, operation and status.',
    labelNames: ['server', 'operation', 'status'] as const,
    registers,
  });
  return {
    counter: ({ name, help, labels = [] }) => new client.Counter({ name, help, labelNames: labels, registers }),
    gauge: ({ name, help, read }) => new client.Gauge({ name, help, registers, collect: collecting(read) }),
    gauges: ({ name, help, label, read }) =>
      new client.Gauge({ name, help, labelNames: [label], registers, collect: collectingAll(label, read) }),
    histogram: ({ name, help, labels = [], buckets }) =>
      new client.Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers }),
    countRequests(app, server) {
      app.addHook('onResponse', async (request, reply) => {
        requests.inc({ server, operation: operationOf(request), status: String(reply.statusCode) });
      });
    },
    countRequest: (server, operation, status) => requests.inc({ server, operation, status: String(status) }),
    watchProcess: () => client.collectDefaultMetrics({ register: registry }),
    read: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
  };
}

function collecting(read: () => number) {
  return function collect(this: Gauge): void {
    this.set(read());
  };
}

function collectingAll(label: string, read: () => Readonly<Record<string, number>>) {
  return function collect(this: Gauge): void {
    for (const [value, number] of Object.entries(read())) this.set({ [label]: value }, number);
  };
}

/** What a route of several operations says of itself. */
export type RouteOfOperations = { operationOf(method: string): string | undefined };

/** The id of the operation, else the path as it was mounted; never the path as it was called. */
function operationOf({ method, routeOptions: { url, config } }: FastifyRequest): string {
  const { operationOf: named } = config as Partial<RouteOfOperations>;
  return named?.(method) ?? url ?? 'none';
}

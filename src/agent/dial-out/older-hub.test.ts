import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, systemClock } from '../../base/index.ts';
import { type AgentHandlers, mostRequestsAtOnce, protocolHeader, protocolVersion } from '../../protocol/index.ts';
import { openReportJournal } from '../report-journal/report-journal.ts';
import { openDialOut } from './open-dial-out.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-older-hub-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const about = {
  id: 'a',
  name: 'A',
  version: '1',
  publicKey: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } as const,
  deployment: 0,
};

/** A hub by its wire alone: of this protocol it says so, an older one says nothing and refuses a question without room. */
async function openWire(speaks: number | undefined) {
  const rooms: number[] = [];
  const answered: string[] = [];
  let given = 0;
  const server = createServer(async (request, response): Promise<void> => {
    const path = request.url ?? '';
    const told = speaks === undefined ? {} : { [protocolHeader]: String(speaks) };
    const say = (status: number, body: object): void => void response.writeHead(status, told).end(JSON.stringify(body));
    if (path === '/oauth2/token') return say(200, { access_token: 't', expires_in: 3_600 });
    const body = (await json(request)) as { room: number; from: number; reports: unknown[] };
    if (path === '/agent/v1/register') return say(201, { clientId: 'c', clientSecret: 's' });
    if (path === '/agent/v1/reports') return say(200, { acknowledged: body.from + body.reports.length - 1 });
    if (path !== '/agent/v1/requests') {
      answered.push(path);
      return say(204, {});
    }
    rooms.push(body.room);
    if (body.room === 0 && speaks === undefined)
      return say(400, { errors: [{ field: 'room', message: 'Room is out of range.', next: 'Correct it.' }] });
    const requests = Array.from({ length: given === 0 ? mostRequestsAtOnce : 0 }, () => {
      given += 1;
      return { id: String(given), name: 'about', input: {}, withinMs: 60_000 };
    });
    say(200, { requests });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, rooms, answered, [Symbol.asyncDispose]: close };
}

/** An agent whose work waits until it is let go on. */
async function openBusyAgent(url: string) {
  const gate = Promise.withResolvers<void>();
  const busy = { count: 0 };
  const handlers = {
    async about() {
      busy.count += 1;
      await gate.promise;
      return about;
    },
  } as unknown as AgentHandlers;
  const own = mkdtempSync(join(folder, 'agent-'));
  const journal = openReportJournal(own);
  const warnings: string[] = [];
  const log = { ...createLog({ level: 'silent' }), warn: (_: object, message: string) => void warnings.push(message) };
  const settings = {
    folder: own,
    version: '1',
    about,
    handlers,
    journal,
    deployment: () => 0,
    clock: systemClock,
    log,
  };
  const agent = await openDialOut({ ...settings, hub: { url, code: 'code' } });
  const close = async () => {
    gate.resolve();
    await agent[Symbol.asyncDispose]();
    await journal[Symbol.asyncDispose]();
  };
  return { busy, gate, warnings, [Symbol.asyncDispose]: close };
}

async function until(look: () => boolean): Promise<void> {
  while (!look()) await sleep(20);
}

test('an agent that is newer than its hub says so once, asks it nothing that it refuses, and works on', {
  timeout: 60_000,
}, async () => {
  await using hub = await openWire(undefined);
  await using agent = await openBusyAgent(hub.url);
  await until(() => agent.busy.count === mostRequestsAtOnce);
  await sleep(300);
  assert.deepEqual(hub.rooms, [mostRequestsAtOnce]);
  agent.gate.resolve();
  await until(() => hub.answered.length === mostRequestsAtOnce && hub.rooms.length > 1);
  assert.ok(!hub.rooms.includes(0));
  assert.equal(agent.warnings.filter((one) => one.startsWith('The hub is older than this agent')).length, 1);
});

test('a hub of the same protocol is told that a busy agent is there', { timeout: 60_000 }, async () => {
  await using hub = await openWire(protocolVersion);
  await using agent = await openBusyAgent(hub.url);
  await until(() => hub.rooms.includes(0));
  assert.equal(agent.busy.count, mostRequestsAtOnce);
  assert.deepEqual(agent.warnings, []);
});

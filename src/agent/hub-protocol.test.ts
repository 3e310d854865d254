import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protocolVersion } from '../protocol/index.ts';
import { createHubProtocol } from './hub-protocol.ts';

function openTold() {
  const told: string[] = [];
  const tell = (level: string) => (fields: object, message: string) =>
    void told.push(`${level} ${message} ${(fields as { next?: string }).next ?? ''}`.trimEnd());
  return { told, protocol: createHubProtocol({ log: { warn: tell('warn'), info: tell('info') } as never }) };
}

test('an agent that is newer than its hub says so once, with what to do, and that it is over', () => {
  const { told, protocol } = openTold();
  assert.equal(protocol.speaks(1), false, 'nothing is known yet');
  for (const version of [1, 1, 1, protocolVersion, protocolVersion]) protocol.heard(version);
  assert.deepEqual(told, [
    `warn The hub is older than this agent: it speaks protocol 1, and the agent ${protocolVersion}. Bring the hub to the version of its agents; until then this agent goes on, and leaves out what the hub does not know.`,
    'info the hub speaks the protocol of this agent now',
  ]);
  assert.equal(protocol.speaks(protocolVersion), true);
});

test('a hub of the same or a newer version is no matter', () => {
  const { told, protocol } = openTold();
  protocol.heard(protocolVersion + 1);
  assert.equal(protocol.speaks(protocolVersion + 1), true);
  assert.deepEqual(told, []);
});

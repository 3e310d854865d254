import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialOutPaths } from '../../protocol/index.ts';
import { openIntegrateInTest } from '../integrate/integrate-in-test.ts';
import { type HubInTest, post, registerInTest } from './agent-in-test.ts';

const { answers, requests } = dialOutPaths;

/** A hub with a run that one agent has, and another agent that means harm. */
async function openCrossing() {
  const stage = await openIntegrateInTest();
  const hub = stage as unknown as HubInTest;
  const stranger = await registerInTest(hub);
  await stage.send({ body: '{"number":1,"note":"of the other"}' });
  return { ...stage, stranger };
}

test('what one agent is asked is neither given to another nor answered by it, by its id or by guessing', async () => {
  await using stage = await openCrossing();
  const hub = stage as unknown as HubInTest;
  await stage.poll();
  const asked = stage.call('POST', `/agents/${stage.agent.id}/ping`);
  const { json } = await stage.poll(20_000);
  const { id } = json.requests.find(({ name }: { name: string }) => name === 'about');
  const empty = { waitMs: 0, deployment: 0, room: 16, having: [] };
  assert.deepEqual((await post(hub, requests, empty, stage.stranger.token)).json.requests, []);
  const answer = { status: 200, json: stage.stranger.about };
  for (const guess of [
    id,
    id.toUpperCase(),
    `${id}%00`,
    `${id}%20`,
    `../answers/${id}`,
    '%',
    "' OR 1=1 --",
    '1',
    '__proto__',
  ]) {
    const path = `${answers}/${guess === '%' ? '%25' : encodeURI(guess).replaceAll('%25', '%')}`;
    assert.equal((await post(hub, path, answer, stage.stranger.token)).status, 404, guess);
  }
  assert.equal(
    (await post(hub, `${answers}/${id}`, { status: 200, json: stage.agent.about }, stage.agent.token)).status,
    204,
  );
  assert.equal((await asked).json.about.name, stage.agent.about.name);
});

test('a token of an agent opens nothing of the Console or of the integrate API, and one that has ended nothing at all', async () => {
  await using stage = await openCrossing();
  const { token } = stage.stranger;
  assert.equal((await stage.send({ body: '{"number":2}', token })).status, 403);
  const spelled = [`${token}=`, `${token} `, token.slice(1), token.toUpperCase(), `${token},${token}`, '', 'null'];
  for (const one of spelled) {
    const { status } = await post(stage as unknown as HubInTest, requests, {}, one);
    assert.ok(status === 401 || one === `${token} `, `${JSON.stringify(one)} ${status}`);
  }
});

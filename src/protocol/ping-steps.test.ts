import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceError } from '../base/index.ts';
import { runPingSteps, type Step } from './ping-steps.ts';

const step = (name: string, run: Step['run']): Step => ({ name, label: name.toUpperCase(), run });
const good = (name: string) => step(name, async () => 'Found.');
const statuses = ({ steps }: { steps: readonly { status: string }[] }) => steps.map(({ status }) => status);

test('each step that works is told, with what it found', async () => {
  const report = await runPingSteps([good('a'), step('b', async () => ({ skipped: 'Not used.' })), good('c')]);
  assert.deepEqual([report.ok, statuses(report)], [true, ['passed', 'skipped', 'passed']]);
});

test('the first cross has a next step and a code, and what comes after is not tried', async () => {
  const cross = step('b', async () => {
    throw new SluiceError('PORT_CLOSED', { host: 'h', port: 1, reason: 'refused' });
  });
  const report = await runPingSteps([good('a'), cross, good('c')]);
  assert.deepEqual([report.ok, statuses(report)], [false, ['passed', 'failed', 'skipped']]);
  assert.equal(report.steps[1]?.code, 'PORT_CLOSED');
  assert.match(report.steps[1]?.next ?? '', /^Check the port/);
  assert.equal(report.steps[2]?.detail, 'Not tried: B failed.');
});

test('a step that hangs is a cross when its time is over, whatever it waits for', async () => {
  const hangs = step('a', () => new Promise(() => {}));
  const report = await runPingSteps([hangs], { stepMs: 20 });
  assert.equal(report.steps[0]?.code, 'PING_TOO_SLOW');
});

test('something to look at is a note and no cross', async () => {
  const report = await runPingSteps([step('a', async () => ({ detail: 'Little is left.', next: 'Look.' }))]);
  assert.deepEqual([report.ok, statuses(report), report.steps[0]?.next], [true, ['noted'], 'Look.']);
});

test('who stops the ping gets the reason of the stop, and no report', async () => {
  const reason = new Error('enough');
  await assert.rejects(runPingSteps([good('a')], { signal: AbortSignal.abort(reason) }), (error) => error === reason);
});

test('a step that asks another program stands for all the steps that were gone through there', async () => {
  const there = await runPingSteps([good('x'), step('y', async () => Promise.reject(new Error('broken')))], {
    about: { user: 'loader' },
  });
  const report = await runPingSteps([good('a'), step('b', async () => there), good('c')]);
  assert.deepEqual(
    report.steps.map(({ name, status }) => `${name} ${status}`),
    ['a passed', 'x passed', 'y failed', 'c skipped'],
  );
  assert.deepEqual([report.ok, report.about], [false, { user: 'loader' }]);
});

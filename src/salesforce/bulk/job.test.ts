import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, quick, type Reply, startScriptedServer } from '../scripted-server.test.ts';
import type { JobInfo } from './job.ts';

const jobId = '7505fEXAMPLE4C2AAM';

function job(state: string, more: object = {}): Reply {
  return { json: { id: jobId, object: 'Account', operation: 'insert', state, ...more } };
}

/** An org with one job, whose answers to changes can be lost before or after the work. */
function orgWithJob(first: string, lose: (asked: Asked, patches: number) => 'before' | 'after' | 'nothing') {
  let state = first;
  let patches = 0;
  return startScriptedServer({
    rest(asked) {
      if (asked.method === 'GET') return job(state);
      patches += 1;
      const fate = lose(asked, patches);
      if (fate === 'before') return 'drop';
      const wanted: string = JSON.parse(asked.body).state;
      const allowed = state === 'Open' || (wanted === 'Aborted' && state !== 'JobComplete');
      if (!allowed)
        return {
          status: 400,
          json: [{ errorCode: 'INVALIDJOBSTATE', message: `cannot go from ${state} to ${wanted}` }],
        };
      state = wanted;
      return fate === 'after' ? 'drop' : job(state);
    },
  });
}

test('a job is made with commas and LF, and given back as the org describes it', async () => {
  await using server = await startScriptedServer({ rest: () => job('Open', { apiVersion: 68 }) });
  await using org = server.open();
  const made = await org.bulk.createJob({ object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c' });
  assert.equal(made.id, jobId);
  assert.equal(made.state, 'Open');
  const { method, path, body } = server.asked[0]!;
  assert.deepEqual([method, path], ['POST', '/jobs/ingest']);
  assert.deepEqual(JSON.parse(body), {
    object: 'Account',
    operation: 'upsert',
    contentType: 'CSV',
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    externalIdFieldName: 'Ext__c',
  });
});

test('the making of a job whose answer was lost stays in doubt, and is not repeated', async () => {
  await using server = await startScriptedServer({ rest: () => 'drop' });
  await using org = server.open(quick);
  await assert.rejects(org.bulk.createJob({ object: 'A', operation: 'insert' }), {
    code: 'ANSWER_LOST',
    inDoubt: true,
  });
  assert.equal(server.asked.length, 1);
});

test('closing a job looks at its state after a lost answer, and closes it again only when it is still Open', async () => {
  await using after = await orgWithJob('Open', () => 'after');
  await using first = after.open(quick);
  assert.equal((await first.bulk.close(jobId)).state, 'UploadComplete');
  assert.deepEqual(
    after.asked.map(({ method }) => method),
    ['PATCH', 'GET'],
  );

  await using before = await orgWithJob('Open', (_, patches) => (patches === 1 ? 'before' : 'nothing'));
  await using second = before.open(quick);
  assert.equal((await second.bulk.close(jobId)).state, 'UploadComplete');
  assert.deepEqual(
    before.asked.map(({ method }) => method),
    ['PATCH', 'GET', 'PATCH'],
  );
});

test('closing a job that is closed already gives it as it stands', async () => {
  await using server = await orgWithJob('JobComplete', () => 'nothing');
  await using org = server.open(quick);
  assert.equal((await org.bulk.close(jobId)).state, 'JobComplete');
});

test('aborting a job that has ended by itself gives it as it stands; a lost answer is looked up', async () => {
  await using ended = await orgWithJob('JobComplete', () => 'nothing');
  await using first = ended.open(quick);
  assert.equal((await first.bulk.abort(jobId)).state, 'JobComplete');
  await using open = await orgWithJob('Open', () => 'after');
  await using second = open.open(quick);
  assert.equal((await second.bulk.abort(jobId)).state, 'Aborted');
});

test('a change of state that never arrives is given up in the end', async () => {
  await using server = await orgWithJob('Open', () => 'before');
  await using org = server.open(quick);
  await assert.rejects(org.bulk.close(jobId), { code: 'ANSWER_LOST', inDoubt: true });
});

test('a job that is not there is not found; deleting it is done', async () => {
  const missing: Reply = {
    status: 404,
    json: [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
  };
  await using server = await startScriptedServer({ rest: () => missing });
  await using org = server.open(quick);
  await assert.rejects(org.bulk.get(jobId), { code: 'JOB_NOT_FOUND', message: new RegExp(jobId) });
  await assert.rejects(org.bulk.close(jobId), { code: 'JOB_NOT_FOUND' });
  await org.bulk.delete(jobId);
});

test('the list of jobs goes on over its pages', async () => {
  const page = (ids: string[], next: string | null) => ({
    json: { done: next === null, records: ids.map((id) => ({ id, state: 'Open' })), nextRecordsUrl: next },
  });
  await using server = await startScriptedServer({
    rest: ({ path }) =>
      path.includes('queryLocator=2')
        ? page(['c'], null)
        : page(['a', 'b'], '/services/data/v68.0/jobs/ingest?queryLocator=2'),
  });
  await using org = server.open();
  const found: JobInfo[] = [];
  for await (const entry of org.bulk.list()) found.push(entry);
  assert.deepEqual(
    found.map(({ id }) => id),
    ['a', 'b', 'c'],
  );
  assert.equal(server.asked[0]!.path, '/jobs/ingest?jobType=V2Ingest');
});

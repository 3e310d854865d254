/** Connections as files, applied to a hub with an agent, an org and a database that are pinged on the way. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../../src/cli/main.ts';
import { openConnectionStage } from './connections-stage.ts';

let stage: Awaited<ReturnType<typeof openConnectionStage>>;
let secrets: Record<string, string>;

before(async () => {
  stage = await openConnectionStage();
  const { agent, org, postgres, administratorPassword } = stage;
  secrets = {
    SLUICE_SECRET_HUB: administratorPassword,
    SLUICE_SECRET_ACME_AGENT: agent.password,
    SLUICE_SECRET_ACME_DATABASE: postgres.password,
    SLUICE_SECRET_ACME_CONSUMER: org.consumerSecret,
  };
});

after(() => stage.close());

/** One command line, in a folder of its own, with these secrets in its environment. */
async function sluice(words: readonly string[], given: Record<string, string | undefined> = secrets) {
  const said = { out: '', err: '' };
  const environment = { SLUICE_HUB: stage.hub.url, ...given };
  const code = await main([...words], {
    ...{ watched: false, columns: 80, closed: false, environment, workingFolder: stage.folder },
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  for (const secret of Object.values(secrets)) assert.ok(!(said.out + said.err).includes(secret), 'a secret is shown');
  return { code, ...said };
}

const acme = () => {
  const { agent, org, postgres } = stage;
  return `name: acme
description: the shop
agent:
  hostUrl: https://127.0.0.1
  port: ${agent.port}
  username: ${agent.username}
  password: env:SLUICE_SECRET_ACME_AGENT
database:
  type: postgres
  host: ${postgres.host}
  port: ${postgres.port}
  database: ${postgres.database}
  user: ${postgres.user}
  password: env:SLUICE_SECRET_ACME_DATABASE
  tls: off
salesforce:
  myDomainUrl: ${org.url}
  consumerKey: ${org.consumerKey}
  consumerSecret: env:SLUICE_SECRET_ACME_CONSUMER
  environment: production
`;
};

function write(text: string): void {
  rmSync(join(stage.folder, 'given'), { recursive: true, force: true });
  mkdirSync(join(stage.folder, 'given'));
  writeFileSync(join(stage.folder, 'given', 'acme.connection.yaml'), text);
}

const onlyHub = () => ({ SLUICE_SECRET_HUB: secrets.SLUICE_SECRET_HUB });

test('each wrong turn of a connection file has its sentence, and saves nothing', async () => {
  const fails = async (text: string, words: RegExp, given?: Record<string, string | undefined>) => {
    write(text);
    const { code, err } = await sluice(['apply', 'given'], given);
    assert.notEqual(code, 0, String(words));
    assert.match(err, words);
  };
  await fails(
    acme().replace('production', 'box'),
    /acme\.connection\.yaml:20:\d+: salesforce\.environment must be production/,
  );
  await fails(acme().replace('  username:', '  usrname:'), /there is no "usrname" in agent; did you mean "username"/);
  await fails(acme(), /SLUICE_SECRET_ACME_AGENT/, onlyHub());
  await fails(acme(), /Signed in: |sign/i, { ...secrets, SLUICE_SECRET_ACME_AGENT: 'not the password' });
  await fails(acme(), /client|secret/i, { ...secrets, SLUICE_SECRET_ACME_CONSUMER: 'not the secret' });
  await fails(acme().replace(/hostUrl: .*/, 'hostUrl: https://127.0.0.2'), /remote site/i);
  assert.equal((await stage.call('GET', '/connections')).json.total, 0);
});

test('a connection is applied with its secrets once, and then compared without them', async () => {
  write(acme());
  const dry = await sluice(['apply', 'given', '--dry-run'], onlyHub());
  assert.match(dry.out, /^\+ connection acme\nNothing was done/);
  const applied = await sluice(['apply', 'given']);
  assert.equal(applied.out, '+ connection acme\n1 created, 0 changed, 0 deleted.\n', applied.err);
  const shown = (await stage.call('GET', '/connections')).json.rows[0];
  assert.deepEqual([shown.name, shown.verified, shown.database.passwordKept], ['acme', true, true]);
  assert.equal((await sluice(['apply', 'given'], onlyHub())).out, 'The hub says what the files say.\n');
  write(acme().replace('the shop', 'the other shop'));
  const described = await sluice(['apply', 'given'], onlyHub());
  assert.equal(described.out, '~ connection acme: description\n0 created, 1 changed, 0 deleted.\n', described.err);
});

test('where the address changes its secret is asked for again, and an own wish enters all of them anew', async () => {
  write(acme().replace(`host: ${stage.postgres.host}`, 'host: localhost'));
  const refused = await sluice(['apply', 'given'], onlyHub());
  assert.match(refused.err, /SLUICE_SECRET_ACME_DATABASE/);
  const moved = await sluice(['apply', 'given', '--json'], {
    ...onlyHub(),
    SLUICE_SECRET_ACME_DATABASE: secrets.SLUICE_SECRET_ACME_DATABASE,
  });
  assert.equal(moved.code, 0, moved.err);
  assert.deepEqual(JSON.parse(moved.out.split('\n')[0] ?? '').fields, ['description', 'database']);
  write(acme());
  assert.equal((await sluice(['apply', 'given'])).code, 0);
  const anew = await sluice(['apply', 'given', '--enter-secrets'], {
    ...secrets,
    SLUICE_SECRET_ACME_CONSUMER: 'wrong',
  });
  assert.match(anew.err, /client|secret/i);
  assert.equal((await sluice(['apply', 'given', '--enter-secrets'])).code, 0);
});

test('an export holds references and no secret, and what it wrote makes the same connection in an empty hub', async () => {
  assert.equal((await sluice(['export', 'first'], onlyHub())).code, 0);
  const file = join(stage.folder, 'first', 'acme.connection.yaml');
  const text = readFileSync(file, 'utf8');
  for (const secret of Object.values(secrets)) assert.ok(!text.includes(secret));
  assert.match(text, /consumerSecret: env:SLUICE_SECRET_ACME_CONSUMER/);
  const { id } = (await stage.call('GET', '/connections')).json.rows[0];
  assert.equal((await stage.call('DELETE', `/connections/${id}`)).status, 204);
  const again = await sluice(['apply', 'first']);
  assert.equal(again.code, 0, again.err);
  assert.equal((await sluice(['export', 'second'], onlyHub())).code, 0);
  assert.equal(readFileSync(join(stage.folder, 'second', 'acme.connection.yaml'), 'utf8'), text);
});

test('a connection that no file says goes with --prune, and stays where files only name connections', async () => {
  write(acme().replace('name: acme', 'name: other'));
  const kept = await sluice(['apply', 'given', '--dry-run', '--prune'], onlyHub());
  assert.match(kept.out, /\+ connection other\n- connection acme\n/);
  write(
    acme()
      .replace(/agent:\n( {2}.*\n)+/, '')
      .replace('name: acme', 'name: other'),
  );
  const named = await sluice(['apply', 'given', '--dry-run', '--prune'], onlyHub());
  assert.equal(named.out, 'The hub says what the files say.\n', named.err);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../whole/hub-stage.ts';
import { openSetupStage } from './setup-stage.ts';
import { holdBackAnswer } from './slow-answers.ts';

test('a wrong password is refused with what to do, and the seventh in a row has to wait', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await person.page.goto('/setup/');
  await person.comesTo('Log In to Setup');
  for (let wrong = 1; wrong <= 6; wrong += 1) {
    await person.fill('Username', stage.username);
    await person.fill('Password', `wrong ${wrong}`);
    const answered = person.page.waitForResponse(/\/setup\/api\/session$/);
    await person.press('Log In');
    assert.equal((await answered).status(), 401);
    await person.reads('The username or the password is wrong. Check both');
    // From the second on, that sentence stands there already.
    const password = person.find('textbox', 'Password');
    await until('the wrong password is forgotten', async () => (await password.inputValue()) === '');
  }
  await person.fill('Password', stage.password);
  await person.press('Log In');
  await person.reads(/There were too many wrong passwords in a row\. Wait \d+ seconds, then try again\./);
  await person.comesTo('Log In to Setup');
  assert.ok(await person.find('button', /^Wait \d+ s$/).isDisabled());
});

test('an address inside Setup is opened after Log In, and Log Out leads back to Log In', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await stage.logIn('/setup/users');
  await person.comesTo('Users');
  assert.equal(await person.page.title(), 'Users | Setup');
  await person.press('Log Out');
  await person.comesTo('Log In to Setup');
  assert.equal(await person.page.getByText('Your session has ended').count(), 0);
  await person.page.goto('/setup/users');
  await person.comesTo('Log In to Setup');
});

test('a session that ended leads to Log In, and what was entered is still there afterwards', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await stage.logIn('/setup/apps/new');
  await person.comesTo('New Connected App');
  await person.fill('Connected App Name', 'Mover of rows');
  await stage.person.context.clearCookies();
  await person.tick('Enable OAuth Settings');
  await person.comesTo('Log In to Setup');
  await person.reads('Your session has ended. Log in again, and go on where you were.');
  await person.fill('Username', stage.username);
  await person.fill('Password', stage.password);
  await person.press('Log In');
  await person.reads('What you entered before was kept.');
  assert.equal(await person.find('textbox', 'API Name').inputValue(), 'Mover_of_rows');
});

test('nothing of a session is kept where a script of a page could read it', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await stage.logIn();
  await person.comesTo('Home');
  const [cookie] = await person.context.cookies();
  assert.equal(cookie?.httpOnly, true);
  assert.equal(cookie?.sameSite, 'Strict');
  const kept = (await person.page.evaluate(
    'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])',
  )) as string;
  assert.equal(kept, '["",{},{}]');
});

test('Log Out is no session that has ended, also for what is still being read when it comes through', async () => {
  await using stage = await openSetupStage();
  const { person } = stage;
  await stage.logIn('/setup/outbox');
  await person.comesTo('Outbox');
  const letGo = await holdBackAnswer(person.page, '**/setup/api/session', 'DELETE');
  await person.press('Log Out');
  await person.find('heading', 'Log In to Setup').waitFor();
  assert.equal(await person.page.getByText('Your session has ended').count(), 0);
  await letGo();
  await person.comesTo('Log In to Setup');
});

/** The kinds of hostile requests that are sent to the org in a box and to the hub, each of which is to be refused. */

/** `clientId`: one that is known; `token`: a good one, whose holder sends what cannot be taken. */
export type Victim = { port: number; clientId: string; token?: string };
export type Make = (index: number, victim: Victim) => string;

const grant = 'grant_type=client_credentials';

const post = (path: string, body: string, headers = '', type = 'application/x-www-form-urlencoded') =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\n${headers}Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
const postJson = (path: string, body: string, headers = '') => post(path, body, headers, 'application/json');
const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
const basic = (text: string) => `Authorization: Basic ${Buffer.from(text).toString('base64')}\r\n`;
const bearer = (token = '') => `Authorization: Bearer ${token}\r\n`;

/** What any token endpoint is sent; guesses at the secret of the true key are each another one. */
const atTokenEndpoint = (path: string, introspection: string, revocation: string): readonly Make[] => [
  (index, { clientId }) => post(path, `${grant}&client_id=${clientId}&client_secret=guess${index}`),
  (index, { clientId }) => post(path, grant, basic(`${clientId}:guess${index}`)),
  (index) => post(path, `${grant}&client_id=unknown${index}&client_secret=x`),
  (index, { clientId }) => post(path, `${grant}&client_id=${clientId}&client_secret=try${index}`),
  (index) => post(path, `${grant}&x${index}=1&x${index}=2`),
  (index) => post(path, `${grant}&x=%zz${index}`),
  (index, { clientId }) => post(introspection, `token=x&client_id=${clientId}&client_secret=${index}`),
  (index) => postJson(path, `{"grant_type":"client_credentials","n":${index}}`),
  (index, { clientId }) => post(path, `${grant}&client_id=${clientId}&client_secret=word${index}`),
  (index) => get(`${path}?client_secret=guess${index}`),
  (index) => post(revocation, `token=unknown${index}`),
  (index, { clientId }) => post(path, `${grant}&client_id=${clientId}&client_secret=\xff\xfe${index}`),
  (index) => post(path, `grant_type=implicit${index}`),
  (index) => post(path, `${grant}&client_assertion_type=x&client_assertion=a.b.${index}`),
  (index) => post(path, `${grant}&pad=${'a'.repeat(8_300)}${index}`),
];

/** Of twenty more than a third are guesses at the true secret. */
export const atOrg: readonly Make[] = [
  ...atTokenEndpoint('/services/oauth2/token', '/services/oauth2/introspect', '/services/oauth2/revoke'),
  (index) => get('/services/oauth2/userinfo', bearer(`00Dxx!${index}`)),
  (index) => get('/services/data/v68.0/limits', bearer(`eyJ${index}`)),
  (index) => postJson('/services/data/v68.0/sobjects/Account', `{"Name":${index}}`, bearer('x')),
  (index) => postJson('/setup/api/session', `{"username":${index},"password":"x"}`),
  (index) => get(`/nowhere/${index}`),
];

const integrate = '/V4/integrate?integration=Shop&interface=orders&mode=Asynchronous';
const nested = '['.repeat(5_000);

export const atHub: readonly Make[] = [
  ...atTokenEndpoint('/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'),
  (index) => postJson(integrate, `{"number":${index}}`, bearer(`guess${index}`)),
  (index, { token }) => postJson(integrate, `{"number":${index}`, bearer(token)),
  (index, { token }) => postJson(integrate, `${nested}${index}`, bearer(token)),
  (index, { token }) => postJson(`/V4/integrate?integration=Shop&interface=none${index}`, '{}', bearer(token)),
  (index) => postJson('/api/session', `{"username":"admin","password":"guess${index}"}`),
  (index) => postJson('/api/session', `{"username":"nobody${index}","password":"x"}`),
  (index) => get('/api/people', `Cookie: session=guess${index}\r\n`),
  (index) => postJson('/api/people', `{"username":"u${index}","name":"u","role":"administrator"}`),
  (index) => get(`/nowhere/${index}`),
];

/** Calls of the API of a hub that listens, in one session of one person. */

// biome-ignore lint/suspicious/noExplicitAny: a test looks into what it was answered, and fails when it is not there
type Called = { status: number; json: any };

/** Logs in with `POST /session`; the calls after it carry its cookie and token. */
export function createHubCalls(url: string) {
  let headers: Record<string, string> = {};
  return async function call(method: string, path: string, body?: object): Promise<Called> {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const cookie = answer.headers.get('set-cookie')?.split(';')[0];
    if (cookie) headers = { cookie, 'x-csrf-token': JSON.parse(text).csrfToken };
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Calls over HTTP as other programs make them: a token, a record sent in, and what became of it. */
import { setTimeout as sleep } from 'node:timers/promises';

export type Credentials = { id: string; secret: string };

/** The client credentials flow, which hub and org both speak. */
export async function getToken(tokenUrl: string, { id, secret }: Credentials, signal: AbortSignal): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret });
  const { access_token: token } = await ask(tokenUrl, { method: 'POST', body, signal });
  return String(token);
}

type Calling = { token: string; signal: AbortSignal };

/** Asks the org itself, as curl would. */
export async function countRecords(orgUrl: string, from: string, { token, signal }: Calling): Promise<number> {
  const url = `${orgUrl}/services/data/v68.0/query?q=${encodeURIComponent(`SELECT COUNT() FROM ${from}`)}`;
  return Number((await ask(url, { headers: { authorization: `Bearer ${token}` }, signal })).totalSize);
}

export type SentRecord = { status: string; id: string | null };

const settledWithinMs = 30_000;

/** Sends one record, and asks until it is known what became of it. `base` is the address above `/integrate`. */
export async function sendRecord(base: string, record: object, { token, signal }: Calling): Promise<SentRecord> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const url = `${base}/integrate?integration=Demo&interface=accounts&mode=Asynchronous`;
  const taken = await ask(url, { method: 'POST', headers, body: JSON.stringify(record), signal });
  const until = performance.now() + settledWithinMs;
  for (;;) {
    const { results } = await ask(`${base}/calls/${taken.call}`, { headers, signal });
    const [result] = results as [SentRecord & { success: boolean | null }];
    if (result.success !== null) return { status: result.status, id: result.id };
    if (performance.now() > until) throw new Error(`The record that was sent to ${base} is still ${result.status}`);
    await sleep(100, undefined, { signal });
  }
}

async function ask(url: string, request: RequestInit): Promise<Record<string, unknown>> {
  const answer = await fetch(url, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${new URL(url).origin} answers with status ${answer.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** Requests a second that a server answers under 64 connections, by wrk; one that is refused ends the benchmark. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './child.ts';

const connections = 64;
/** A request that waits longer was lost; on a busy machine a disk may stand still for seconds. */
const timeout = '10s';

export type Load = {
  url: string;
  method: 'GET' | 'POST';
  body?: string;
  headers?: Readonly<Record<string, string>>;
  /** More lines of Lua, for requests that differ. */
  script?: readonly string[];
};

/** After a second to get warm; `folder` is for the script. */
export async function requestsPerSecond(
  { url, method, body = '', headers = {}, script: more = [] }: Load,
  { folder, seconds }: { folder: string; seconds: number },
): Promise<number> {
  const script = join(folder, 'load.lua');
  const lines = [`wrk.method = '${method}'`, ...(body === '' ? [] : [`wrk.body = '${body}'`])];
  for (const [name, value] of Object.entries(headers)) lines.push(`wrk.headers['${name}'] = '${value}'`);
  writeFileSync(script, [...lines, ...more].join('\n'));
  await run('wrk', ['-t1', `-c${connections}`, '--timeout', timeout, '-d1s', '-s', script, url]);
  const { output, code } = await run('wrk', [
    '-t1',
    `-c${connections}`,
    '--timeout',
    timeout,
    `-d${seconds}s`,
    '-s',
    script,
    url,
  ]);
  const failed = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(output);
  if (code !== 0 || failed) throw new Error(`${url}: ${failed?.[0] ?? `wrk ended with ${code}`}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
}

export const formHeaders = { 'Content-Type': 'application/x-www-form-urlencoded' } as const;

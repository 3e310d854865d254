/** `sluice cancel`: stops a run of a hub cleanly. */
import { openStopSignal } from '../base/index.ts';
import { defineCommand, type Invocation, sharedSettings } from './command.ts';
import type { HubRun } from './hub-runs.ts';
import { hubSettings } from './hub-settings.ts';

const settings = { ...hubSettings, json: sharedSettings.json } as const;

export const cancelCommand = defineCommand({
  name: 'cancel',
  summary: 'Cancel a run of a hub.',
  description:
    'Asks for a run to be stopped: what was handed to Salesforce is waited for and accounted for, the rest is not sent. One that\n' +
    'nobody has begun ends at once. "sluice runs --hub URL" lists the runs.',
  positionals: [{ name: 'RUN', help: 'The run, by its number or its UUID.', required: true }],
  settings,
  example: 'sluice cancel 12',
  run: cancel,
});

async function cancel({
  positionals: [name = ''],
  settings: chosen,
  terminal,
}: Invocation<typeof settings>): Promise<number> {
  const { openHubClient } = await import('./hub-client.ts');
  using stop = openStopSignal();
  await using hub = await openHubClient(chosen, { environment: terminal.environment, signal: stop.signal });
  const run = await hub.call<HubRun>('POST', `/runs/${encodeURIComponent(name)}/cancel`);
  const said = run.state === 'ended' ? 'is cancelled; nothing of it was sent' : 'is being stopped by its agent';
  terminal.out(
    chosen.json
      ? `${JSON.stringify({ event: 'cancelled', ...run })}\n`
      : `Run ${run.id} of ${run.interface} ${said}.\n`,
  );
  return 0;
}

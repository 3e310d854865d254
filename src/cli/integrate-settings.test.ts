import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Settings } from '../base/index.ts';
import { defaultIntegrateSettings } from '../hub/integrate/integrate-settings.ts';
import { parseArguments } from './arguments.ts';
import { hubStartCommand } from './hub-start-command.ts';
import { integrateLimits, type integrateSettings } from './integrate-settings.ts';
import { upCommand } from './up-command.ts';

const sources = { environment: {}, file: undefined } as const;
type Chosen = Settings<typeof integrateSettings>;

test('every flag of the integrate API reaches its limit, in every command that starts a hub', () => {
  for (const command of [hubStartCommand, upCommand]) {
    const flags = Object.keys(command.settings).filter((name) => name.startsWith('integrate-'));
    assert.equal(flags.length, 6);
    const args = flags.flatMap((name, place) => [`--${name}`, String(11 + place)]);
    const { settings } = parseArguments(command, args, sources as never);
    assert.deepEqual(integrateLimits(settings as unknown as Chosen), {
      maxBodyBytes: 11_000_000,
      maxBulkBytes: 12_000_000,
      maxBytesInMemory: 13_000_000,
      maxWaitingMessages: 14,
      minFreeBytes: 15_000_000,
      waitMs: 16_000,
    });
  }
});

test('without flags the limits are those a hub begins with', () => {
  const { settings } = parseArguments(hubStartCommand, [], sources as never);
  const limits = integrateLimits(settings as unknown as Chosen);
  assert.deepEqual({ ...defaultIntegrateSettings, ...limits }, defaultIntegrateSettings);
});

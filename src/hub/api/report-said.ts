/** What an agent told of itself, in a sentence for whoever looks at its log. */

type Told = { version?: string; interface?: string; dueAt?: number; reason?: string };

const whyMissed: Readonly<Record<string, string>> = {
  overlap: 'the run before it had not ended',
  away: 'the agent was not running',
  stopped: 'its integration was stopped',
};

const sentences: Readonly<Record<string, (told: Told) => string>> = {
  agentStarted: ({ version }) => `The agent started; it is of version ${version}.`,
  agentStopping: () => 'The agent was asked to stop.',
  scheduleMissed: ({ interface: name, dueAt = 0, reason = '' }) =>
    `The run of ${name} that was due at ${new Date(dueAt).toISOString()} was left out, since ${whyMissed[reason] ?? reason}.`,
};

/** Reports of other kinds are kept aside when they belong to nothing that the hub knows. */
export function sayReport(kind: string, body: unknown): string {
  const sentence = Object.hasOwn(sentences, kind) ? sentences[kind] : undefined;
  return (
    sentence?.(Object(body) as Told) ?? 'It told of something that the hub does not know, and that was kept as it came.'
  );
}

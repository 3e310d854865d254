/** What needs attention, for the Console's Home and for whoever watches a hub. */
import { Type } from 'typebox';
import { findMatters, matterKinds } from '../attention.ts';
import { closed, operation } from './operation.ts';

const textOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description });
const numberOrNull = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description });

const matter = Type.Object(
  {
    kind: Type.Enum([...matterKinds], {
      description: `noConnection: nothing is set up yet. unknownMessages, failedMessages. lastRun: the last run of an interface did not go
through. agentAway: it is not connected. agentNotTold: it was not given its work. schedulesMissed: scheduled runs were left out in the
last 24 hours. apiCalls: an org has few API calls left. inactive: an integration whose interfaces do not run. unverified: a connection
whose pings were not both good. consumerSecret, clientSecret: a secret is old.`,
    }),
    name: textOrNull('What it is about: an interface, agent, connection, integration or API client.'),
    id: numberOrNull('Of the same; for lastRun that of the run, for schedulesMissed that of the agent.'),
    count: numberOrNull('How many messages, runs or calls; for secrets how many days old.'),
    more: Type.Boolean({ description: 'Counting stopped there.' }),
    of: numberOrNull('For apiCalls: how many there may be.'),
    detail: textOrNull('For lastRun, inactive and agentNotTold: how it ended, how it stands, why.'),
  },
  closed,
);

export const attentionOperations = [
  operation({
    method: 'GET',
    path: '/attention',
    id: 'listMatters',
    summary:
      'What somebody should see to, the worst first: messages, runs, agents, schedules, API calls, connections, secrets.',
    page: 'Home',
    answer: Type.Object({ matters: Type.Array(matter) }, closed),
    run: (_call, parts) => ({ json: { matters: findMatters(parts) } }),
  }),
];

/** An agent registers: its one-time code becomes credentials of its own. */
import type { Registered, Registration } from '../../protocol/index.ts';
import { type ApiRefused, type Attempts, refuseCall, refuseForNow } from '../../web/index.ts';
import { agentScope } from '../authorization.ts';
import type { HubParts } from '../hub-parts.ts';
import type { DialledAgent, HubStore } from '../store/index.ts';

type Wish = { body: Registration; address: string; attempts: Attempts };

/** What is counted: all codes of one address together. */
const counted = 'registration code';
const tokenMinutes = 60;

/** @throws ApiRefused 401 for a code that is not good, 409 for an agent that is another one under a known id, 429 to wait. */
export async function registerAgent(parts: HubParts, { body, address, attempts }: Wish): Promise<Registered> {
  const { store } = parts;
  const waitMs = attempts.begin(counted, address);
  if (waitMs > 0) throw refuseForNow('There were too many wrong registration codes in a row.', waitMs);
  const { code, about } = body;
  const known = store.dialledAgents.findByAgentId(about.id);
  if (!(await store.registrations.use(code))) throw notGood();
  attempts.succeed(counted, address);
  if (known?.active && known.publicKey.x !== about.publicKey.x) throw otherKey();
  if (known !== undefined) await endClientOf(parts, known);
  const name = known?.name ?? freeName(store, about.name);
  const wanted = { kind: 'agent', name, scopes: [agentScope], interfaces: null, tokenMinutes } as const;
  const { client, secret } = await store.clients.add(`agent ${name}`, wanted);
  await store.dialledAgents.register(client.id, { ...about, name });
  await store.agents.dialledIn({ ...about, name });
  return { clientId: client.clientId, clientSecret: secret };
}

/** The credentials it had before end, so that there is one set of them. */
async function endClientOf({ store, authorization }: HubParts, { clientRow, name }: DialledAgent): Promise<void> {
  const client = store.clients.find(clientRow);
  if (client === undefined) return;
  await authorization.revokeTokensOf(client);
  await store.clients.remove(`agent ${name}`, client);
}

/** Two agents on one machine call themselves the same. */
function freeName({ clients }: HubStore, wished: string): string {
  const base = wished.slice(0, 70) || 'agent';
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base} ${count}`;
    if (clients.findByName('agent', name) === undefined) return name;
  }
}

/** One sentence for all: it does not tell which codes there were. */
function notGood(): ApiRefused {
  const message = 'The registration code is wrong, was used before, or has ended.';
  return refuseCall(401, message, 'Make a new one in the Console: Agents, New Registration Code.');
}

function otherKey(): ApiRefused {
  const message = 'An agent with this id and another key is registered here.';
  return refuseCall(409, message, 'Revoke that one in the Console, under Agents; then register with a new code.');
}

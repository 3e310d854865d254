/** What the agent is to do: the last deployment, whole in one file of its folder, and which of its interfaces can be used. */
import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, SluiceError } from '../../base/index.ts';
import type { Deployment, ScheduleDefinition } from '../../protocol/index.ts';
import { findFault } from './find-fault.ts';

export type DeployedConnection = Deployment['connections'][number];

export type DeployedDefinition = Deployment['interfaces'][number]['definition'];

/** Interfaces of both directions may have one. */
export function scheduleOf(definition: DeployedDefinition): ScheduleDefinition | undefined {
  return 'schedule' in definition ? (definition.schedule as ScheduleDefinition | undefined) : undefined;
}

/** With the connection it names; one that cannot be used says why in one sentence, and is kept for that. */
export type DeployedInterface = Deployment['interfaces'][number] & {
  connection: DeployedConnection | undefined;
  fault: string | undefined;
};

export type Deployed = {
  /** 0 when nothing was deployed yet. */
  number(): number;
  interfaces(): DeployedInterface[];
  find(name: string): DeployedInterface | undefined;
  findConnection(name: string): DeployedConnection | undefined;
  /** On disk when it resolves. A number that is not higher changes nothing; false then. Errors: STORE_FULL. */
  take(deployment: Deployment): Promise<boolean>;
};

const fileName = 'deployment.json';

/** @throws SluiceError FILE_UNREADABLE. */
export function openDeployed(folder: string): Deployed {
  const file = join(folder, fileName);
  let current = read(file);
  let interfaces = judge(current);
  let underWay: Promise<unknown> = Promise.resolve();

  async function replace(deployment: Deployment): Promise<boolean> {
    if (deployment.number <= (current?.number ?? 0)) return false;
    await write(folder, file, deployment);
    current = deployment;
    interfaces = judge(deployment);
    return true;
  }

  return {
    number: () => current?.number ?? 0,
    interfaces: () => [...interfaces.values()],
    find: (name) => interfaces.get(name),
    findConnection: (name) => current?.connections.find((connection) => connection.name === name),
    take(deployment) {
      const mine = underWay.then(() => replace(deployment));
      underWay = mine.catch(() => undefined);
      return mine;
    },
  };
}

function judge(deployment: Deployment | undefined): ReadonlyMap<string, DeployedInterface> {
  const connections = new Map(deployment?.connections.map((connection) => [connection.name, connection]));
  const judged = (deployment?.interfaces ?? []).map((deployed): [string, DeployedInterface] => {
    const { definition } = deployed;
    const connection = connections.get(definition.connection);
    return [definition.name, { ...deployed, connection, fault: findFault(definition, connection) }];
  });
  return new Map(judged);
}

function read(file: string): Deployment | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Deployment;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SluiceError('FILE_UNREADABLE', { file, reason: reasonOf(cause) }, { cause });
  }
}

/** Whole under another name first; file and folder are on disk when it resolves. */
async function write(folder: string, file: string, deployment: Deployment): Promise<void> {
  try {
    {
      await using handle = await open(`${file}.new`, 'w', 0o600);
      await handle.writeFile(JSON.stringify(deployment));
      await handle.sync();
    }
    await rename(`${file}.new`, file);
    await using handle = await open(folder, 'r');
    await handle.sync();
  } catch (cause) {
    throw new SluiceError('STORE_FULL', { file, reason: reasonOf(cause) }, { cause });
  }
}

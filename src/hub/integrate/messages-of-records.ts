/** Makes messages of records: their keys by the mapping, their payloads, and those nested in them. */
import type { NewMessage } from '../store/index.ts';
import { type Place, recordProblem } from './body-problem.ts';
import type { Caller, Target, Targets } from './find-target.ts';
import { type Cells, createCells, type IncomingRecord } from './incoming-record.ts';

export type RecordMessages = {
  /** The messages of one record, itself first. Throws ApiRefused. */
  take(record: IncomingRecord): NewMessage[];
  /** Ids of the interfaces that messages were made for. */
  readonly interfaces: ReadonlySet<number>;
  readonly records: number;
  readonly messages: number;
};

type Making = { caller: Caller; target: Target; targets: Targets };

export function createRecordMessages({ caller, target, targets }: Making): RecordMessages {
  const nested = new Map<string, Target>();
  const interfaces = new Set([target.kept.id]);
  let records = 0;
  let messages = 0;
  const findNested = (name: string, place: Pick<Place, 'record'>): Target => {
    const known = nested.get(name) ?? targets.findNested(caller, target, name);
    if (known === undefined) throw notNested(place, name, target);
    nested.set(name, known);
    interfaces.add(known.kept.id);
    return known;
  };
  return {
    interfaces,
    get records() {
      return records;
    },
    get messages() {
      return messages;
    },
    take({ cells, nested: children = [] }) {
      records++;
      const parent = messageOf(target, cells, null);
      const made = [parent];
      for (const { name, records: below } of children) {
        const child = findNested(name, { record: records });
        for (const own of below)
          made.push(childOf(child, { parent: cells, own }, { at: messages, refused: parent.refused }));
      }
      messages += made.length;
      return made;
    },
  };
}

function messageOf({ kept, mapped }: Target, cells: Cells, parent: number | null): NewMessage {
  const keyed = mapped.keyOf(cells);
  const common = { interfaceId: kept.id, version: kept.version, payload: JSON.stringify(cells), parent };
  return 'key' in keyed ? { ...common, key: keyed.key, refused: null } : { ...common, key: null, refused: keyed };
}

type Family = { parent: Cells; own: Cells };

function childOf(target: Target, cells: Family, parent: { at: number; refused: NewMessage['refused'] }): NewMessage {
  const message = messageOf(target, withParent(cells), parent.at);
  if (message.refused !== null || parent.refused === null) return message;
  return { ...message, refused: { code: 'PARENT_REFUSED', reason: 'The record in which it was nested was refused.' } };
}

/** It sees its parent's columns as `parent.COLUMN`. */
function withParent({ parent, own }: Family): Cells {
  const cells = Object.assign(createCells(), own);
  for (const [name, value] of Object.entries(parent)) cells[`parent.${name}`] = value;
  return cells;
}

function notNested({ record }: Pick<Place, 'record'>, name: string, { kept }: Target): Error {
  const { integration } = kept.definition;
  return recordProblem(
    { record },
    `has an object or a list in ${name}; only records of an interface may be nested, under its name, and ${integration} has none of this name`,
  );
}

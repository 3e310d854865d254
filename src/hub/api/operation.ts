/** What operations of the hub's API are given: the hub's parts, and the person who calls. */
import { defineOperations, type Operation as WebOperation } from '../../web/index.ts';
import type { HubParts } from '../hub-parts.ts';
import type { Person, Role, Session } from '../store/index.ts';

export type HubCaller = { person: Person; session: Session };

export type Operation = WebOperation<HubParts>;

export const { operation, openOperation } = defineOperations<HubParts, HubCaller>();

/** What each role may call: its own operations and those of the roles after it. */
export const rank: Readonly<Record<Role, number>> = { administrator: 2, operator: 1, viewer: 0 };

export const closed = { additionalProperties: false } as const;

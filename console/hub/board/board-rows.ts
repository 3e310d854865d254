/** What stands on the Agent Control Board. */
import type { HubOperation } from '../../../src/hub/index.ts';
import type { AnswerOf } from '../../ui/api.ts';

export type Agent = AnswerOf<HubOperation, 'GET', '/control-board/agents'>['rows'][number];
export type BoardInterface = AnswerOf<HubOperation, 'GET', '/control-board/interfaces'>['rows'][number];
export type BoardReport = AnswerOf<HubOperation, 'GET', '/control-board/reports'>['rows'][number];

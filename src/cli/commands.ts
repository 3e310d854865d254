/** The commands, in the order of the help page. */

import { agentStartCommand } from './agent-start-command.ts';
import { applyCommand } from './apply.ts';
import { backupCommand } from './backup.ts';
import { cancelCommand } from './cancel.ts';
import type { Command } from './command.ts';
import { connectionsCommand } from './connections.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { hubStartCommand } from './hub-start-command.ts';
import { orgExportCommand } from './org-export.ts';
import { orgStartCommand } from './org-start-command.ts';
import { pingCommand } from './ping.ts';
import { processCommand } from './process.ts';
import { queryCommand } from './query.ts';
import { rejectsCommand } from './rejects.ts';
import { resumeCommand } from './resume.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { testCommand } from './test-command.ts';
import { tokenCommand } from './token.ts';

export const commands: readonly Command[] = [
  runCommand,
  resumeCommand,
  runsCommand,
  rejectsCommand,
  queryCommand,
  backupCommand,
  testCommand,
  tokenCommand,
  doctorCommand,
  orgStartCommand,
  orgExportCommand,
  hubStartCommand,
  connectionsCommand,
  pingCommand,
  processCommand,
  cancelCommand,
  agentStartCommand,
  applyCommand,
  exportCommand,
];

/** The commands, in the order of the help page. */

import { agentStartCommand } from './agent-start-command.ts';
import { agentsCommand } from './agents.ts';
import { apiCommand } from './api.ts';
import { applyCommand } from './apply.ts';
import { backupCommand } from './backup.ts';
import { cancelCommand } from './cancel.ts';
import type { Command } from './command.ts';
import { connectionsCommand } from './connections.ts';
import { dataBackupCommand } from './data-backup.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { hubStartCommand } from './hub-start-command.ts';
import { interfacesCommand } from './interfaces.ts';
import { messagesCommand } from './messages.ts';
import { messagesCancelCommand, messagesReprocessCommand } from './messages-act.ts';
import { messagesEditCommand, messagesResolveCommand } from './messages-edit.ts';
import { messagesExportCommand } from './messages-export.ts';
import { messagesShowCommand } from './messages-show.ts';
import { orgExportCommand } from './org-export.ts';
import { orgStartCommand } from './org-start-command.ts';
import { pingCommand } from './ping.ts';
import { processCommand } from './process.ts';
import { queryCommand } from './query.ts';
import { rejectsCommand } from './rejects.ts';
import { resumeCommand } from './resume.ts';
import { runCommand } from './run.ts';
import { runsCommand } from './runs.ts';
import { servicePrintCommand } from './service-print-command.ts';
import { testCommand } from './test-command.ts';
import { tokenCommand } from './token.ts';
import { upCommand } from './up-command.ts';
import { versionsCommand } from './versions.ts';

export const commands: readonly Command[] = [
  upCommand,
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
  agentsCommand,
  interfacesCommand,
  versionsCommand,
  processCommand,
  cancelCommand,
  messagesShowCommand,
  messagesReprocessCommand,
  messagesEditCommand,
  messagesCancelCommand,
  messagesResolveCommand,
  messagesExportCommand,
  // Behind those that begin with its word.
  messagesCommand,
  apiCommand,
  agentStartCommand,
  applyCommand,
  exportCommand,
  dataBackupCommand,
  servicePrintCommand,
];

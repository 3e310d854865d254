/**
 * base: what every floor stands on: errors, settings, clock, log, retry, CSV, secrets, passwords.
 * Rule: it knows nothing of databases, Salesforce or servers, and imports no other floor.
 * Read errors.ts first.
 */
export { callerNetwork, plainAddress } from './caller-network.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  type CsvBlocks,
  type CsvOptions,
  createRecordScanner,
  csvCell,
  csvRow,
  parseCsv,
  type RecordScan,
  type RecordScanner,
} from './csv.ts';
export {
  type ErrorCode,
  type ErrorEntry,
  type ErrorValues,
  errorTable,
  type Retry,
  reasonOf,
  SluiceError,
} from './errors.ts';
export { createLog, type Log } from './log.ts';
export { narrowUnions } from './narrow-unions.ts';
export { findNearestName } from './nearest-name.ts';
export { createPassword, hashPassword, hashRandomPassword, verifyPassword } from './password.ts';
export {
  cancelled,
  findPaceOfError,
  findPaceOfRow,
  type Pace,
  type PaceName,
  paces,
  passesByItself,
  pauseMs,
  type RetryOptions,
  sleepUnlessStopped,
  tryingAgain,
  withRetry,
} from './retry.ts';
export { Type } from './schema.ts';
export { openSeal, type Seal } from './seal.ts';
export { type Environment, expandEnvironment, resolveSecret, type SecretSources } from './secrets.ts';
export {
  type NumberSetting,
  readSettings,
  type Setting,
  type SettingSources,
  type Settings,
  type SettingsTable,
  type SwitchSetting,
  type TextSetting,
} from './settings.ts';
export { findShapeProblem, type ShapeProblem, type ValuePath } from './shape-problem.ts';
export { openStopSignal, type SignalSource, type StopSignalHandle } from './stop-signal.ts';
export { parseYamlFile, type YamlFile, type YamlPath } from './yaml-file.ts';

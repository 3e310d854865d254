/** The one table of errors: what went wrong in one sentence, what to do next, whether trying again can help. */

/** `never`: the same request will fail again. `later`: may pass by itself. `after`: passes once somebody mended something. */
export type Retry = 'never' | 'later' | 'after';

export type ErrorEntry = {
  /** One sentence; `{name}` is replaced by the value of that name. */
  sentence: string;
  /** What the reader should do now, one sentence with the same holes. */
  next: string;
  retry: Retry;
  /** Exit code of the command line: 1 error, 2 usage. */
  exit: 1 | 2;
  /** HTTP status when a server of ours answers with this error. */
  status: number;
};

export const errorTable = {
  USAGE: {
    sentence: '{reason}',
    next: 'Run "sluice {command} --help" for what this command takes.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  SETTING_UNKNOWN: {
    sentence: 'There is no setting "{name}" in {where}.',
    next: '{hint}',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  SETTING_INVALID: {
    sentence: 'The setting {name} in {where} is "{value}", but must be {expected}.',
    next: 'Correct it and start again.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  FILE_UNREADABLE: {
    sentence: 'The file {file} cannot be read: {reason}.',
    next: 'Check the path and its permissions.',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  FILE_INVALID: {
    sentence: '{file}{position}: {reason}.',
    next: 'Correct the file; its JSON Schema is docs/reference/{schema}.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  SECRET_MISSING: {
    sentence: 'The secret {reference} is not there.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  SECRET_REFERENCE_INVALID: {
    sentence: 'The {setting} must be a reference to a secret, not the secret itself.',
    next: 'Write env:SLUICE_SECRET_NAME and set that variable, or file:PATH inside the secrets folder.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  SECRET_NOT_ALLOWED: {
    sentence: 'The secret {reference} lies outside of what a secret may be read from.',
    next: 'Use a variable whose name begins with SLUICE_SECRET_, or a file inside the folder given by --secrets.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  VARIABLE_MISSING: {
    sentence: 'The environment variable {name} is not set.',
    next: 'Set it, or write the value itself into the file.',
    retry: 'after',
    exit: 2,
    status: 500,
  },
  VARIABLE_NOT_ALLOWED: {
    sentence: 'The environment variable {name} may not be used in a file.',
    next: 'Give the value in a variable whose name begins with SLUICE_ and is in capitals.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  STOPPED: {
    sentence: 'Stopped by {signal} before the work was done.',
    next: 'Run "sluice resume" to go on where it stopped.',
    retry: 'never',
    exit: 1,
    status: 503,
  },
  INTERNAL: {
    sentence: 'Something happened that Sluice did not foresee: {reason}.',
    next: 'Please report it with the log; the ledger is intact and "sluice resume" goes on from it.',
    retry: 'later',
    exit: 1,
    status: 500,
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

export type ErrorValues = Readonly<Record<string, string | number | undefined>>;

/**
 * An act that failed. A refused record is data, not an error.
 *
 * `code` is what callers branch on; `message` is the table's sentence with its holes filled; `next` the next step.
 *
 * @example throw new SluiceError('FILE_UNREADABLE', { file, reason: 'it does not exist' }, { cause });
 */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly next: string;
  readonly retry: Retry;
  readonly exit: 1 | 2;
  readonly status: number;
  readonly values: ErrorValues;

  constructor(code: ErrorCode, values: ErrorValues = {}, options: { cause?: unknown } = {}) {
    const entry: ErrorEntry = errorTable[code];
    super(fillHoles(entry.sentence, values), options);
    this.name = 'SluiceError';
    this.code = code;
    this.next = fillHoles(entry.next, values);
    this.retry = entry.retry;
    this.exit = entry.exit;
    this.status = entry.status;
    this.values = values;
  }
}

/** What any thrown thing says, in one line, for use inside a sentence. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replaceAll(/\s+/g, ' ').replace(/\.$/, '');
}

function fillHoles(text: string, values: ErrorValues): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

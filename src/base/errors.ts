/** The one table of errors: what went wrong in one sentence, what to do next, whether trying again can help. */

/** `never`: the same request will fail again. `later`: may pass by itself. `after`: passes once somebody mended something. */
export type Retry = 'never' | 'later' | 'after';

export type ErrorEntry = {
  /** One sentence; `{name}` is replaced by the value of that name. */
  sentence: string;
  /** What the reader should do now, one sentence with the same holes. */
  next: string;
  retry: Retry;
  /** Exit code of the command line: 1 error, 2 usage, 3 rejected rows, 4 unknown rows. */
  exit: 1 | 2 | 3 | 4;
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
  COMMAND_UNKNOWN: {
    sentence: 'There is no command "{name}".',
    next: '{hint}',
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
    sentence: '{file}{position}: {reason}',
    next: 'Correct the file; its JSON Schema is docs/reference/{schema}.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  METADATA_INVALID: {
    sentence: '{file}{position}: {reason}',
    next: 'Correct the file, or take it out of the folder; docs/how-to/metadata-files.md says what is read.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  METADATA_FOLDER_INVALID: {
    sentence: 'The folder {folder} cannot be read as metadata: {reason}.',
    next: 'Name the folder of a Salesforce DX project (with sfdx-project.json), or a folder with its source, e.g. force-app.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  METADATA_FILE_KEPT: {
    sentence: 'Nothing was written: {file} {reason}.',
    next: 'Move it away or name another folder; --force writes over what others wrote.',
    retry: 'never',
    exit: 1,
    status: 409,
  },
  SECRET_MISSING: {
    sentence: 'The secret {reference} is missing or empty.',
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
  CSV_INVALID: {
    sentence: 'The CSV is broken at {where}: {reason}.',
    next: 'Put cells with quotes, delimiters or line breaks in quotes and double the quotes inside (RFC 4180).',
    retry: 'never',
    exit: 1,
    status: 400,
  },
  SALESFORCE_UNREACHABLE: {
    sentence: '{host} cannot be reached: {reason}.',
    next: 'Check the network, the proxy and that the org is up, then try again; nothing was sent.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  HOST_NOT_FOUND: {
    sentence: 'There is no host called {host}: {reason}.',
    next: 'Check the spelling of the My Domain; Setup, My Domain shows the current My Domain URL.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  TLS_REFUSED: {
    sentence: 'No trusted TLS connection to {host} can be made: {reason}.',
    next: 'Check that the address is right; if a proxy replaces certificates, give Node its root by NODE_EXTRA_CA_CERTS.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  ANSWER_LOST: {
    sentence: '{what} was sent, but no whole answer came: {reason}.',
    next: 'Look at what is in the org before sending it again; "sluice resume" does that for a run.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  ANSWER_INVALID: {
    sentence: 'The answer to {what} cannot be understood: {reason}.',
    next: 'Check that the address is that of a Salesforce org and that no proxy answers in its place.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  SALESFORCE_BUSY: {
    sentence: 'Salesforce could not take {what} just now (status {sentStatus}): {reason}.',
    next: 'Try again in some minutes; the state of the org is shown at https://status.salesforce.com.',
    retry: 'later',
    exit: 1,
    status: 503,
  },
  SALESFORCE_LIMIT: {
    sentence: 'Salesforce refused {what} because a limit is used up: {reason}.',
    next: 'Wait until usage has fallen, or see Setup, Company Information for the allocation.',
    retry: 'later',
    exit: 1,
    status: 503,
  },
  ROW_LOCKED: {
    sentence: 'Salesforce could not lock a record needed for {what}: {reason}.',
    next: 'Try again, with fewer writers at once on the same parent record.',
    retry: 'later',
    exit: 1,
    status: 503,
  },
  SALESFORCE_REFUSED: {
    sentence: 'Salesforce refused {what} (status {sentStatus}): {reason}.',
    next: 'Correct what the refusal names, then try again.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  SALESFORCE_REDIRECTED: {
    sentence: '{what} was answered with a redirect (status {sentStatus}), which is not followed.',
    next: 'Enter the current My Domain URL, from Setup, My Domain.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  SESSION_REFUSED: {
    sentence: 'Salesforce does not accept the access token for {what}: {reason}.',
    next: '{cure}',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  API_NOT_ENABLED: {
    sentence: 'Salesforce does not let this user call {what}: {reason}.',
    next: 'Give the run-as user "API Enabled" by a permission set, and check that the edition of the org has the API.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  OBJECT_NOT_FOUND: {
    sentence: 'The org has no object {object} that this user may see.',
    next: 'Check the API name (custom objects end in __c) and that the run-as user may read the object.',
    retry: 'after',
    exit: 1,
    status: 404,
  },
  JOB_NOT_FOUND: {
    sentence: 'The org has no bulk job {jobId}.',
    next: 'Jobs and their results are kept for 7 days; check the id, and that it is the org the job was made in.',
    retry: 'never',
    exit: 1,
    status: 404,
  },
  QUERY_JOB_FAILED: {
    sentence: 'The org ended the query job {jobId} without results: {reason}.',
    next: 'Mend what it names and ask again; a query changes nothing in the org.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  UPLOAD_ALREADY_THERE: {
    sentence: 'The bulk job {jobId} holds an upload already, and takes only one.',
    next: 'Abort the job and send the same rows in a new one.',
    retry: 'never',
    exit: 1,
    status: 409,
  },
  UPLOAD_SOURCE_FAILED: {
    sentence: 'The data for the bulk job {jobId} cannot be sent: {reason}.',
    next: 'Abort the job, mend the source, and send the rows in a new job.',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  COLLECTION_TOO_LARGE: {
    sentence: 'One collection call takes at most {max} records, not {count}.',
    next: 'Split the records, or use a bulk job.',
    retry: 'never',
    exit: 1,
    status: 400,
  },
  TOKEN_REFUSED: {
    sentence: 'Salesforce refused to give an access token: {error}: {description}.',
    next: '{cure}',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  LOGIN_RATE_EXCEEDED: {
    sentence: 'Salesforce refused to give an access token because of too many logins: {error}: {description}.',
    next: 'Wait: a user may log in 3,600 times in an hour; use one connection for all work with the org.',
    retry: 'later',
    exit: 1,
    status: 503,
  },
  HOST_UNKNOWN: {
    sentence: 'The name {host} leads to no address: {reason}.',
    next: 'Check its spelling, and that this machine can look names up.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  PORT_CLOSED: {
    sentence: '{host} takes no connection at port {port}: {reason}.',
    next: 'Check the port, that the other side runs, and that no firewall stands between.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  TLS_FAILED: {
    sentence: 'No secure connection to {host} at port {port}: {reason}.',
    next: 'Check that the certificate is for this name and not past its end; a company proxy may need its own certificate in NODE_EXTRA_CA_CERTS.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  PING_TOO_SLOW: {
    sentence: '{step} was not done within {seconds} seconds.',
    next: 'Check that the other side is not overloaded or stuck, then ping again.',
    retry: 'later',
    exit: 1,
    status: 504,
  },
  SCOPE_MISSING: {
    sentence: 'The token does not let anybody call the API; its scopes: {scopes}.',
    next: 'Give the app the scope "Manage user data via APIs (api)" in its OAuth settings.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  ENVIRONMENT_DIFFERENT: {
    sentence: 'The connection says {wanted}, but the org says that it is a {actual} org.',
    next: 'Check the My Domain URL, or choose the other Server Environment.',
    retry: 'never',
    exit: 1,
    status: 400,
  },
  RIGHTS_MISSING: {
    sentence: 'The run-as user may not do what {count} of the interfaces need. {list}',
    next: 'Add the object and field permissions to a permission set of the run-as user (Setup, Permission Sets, Object Settings).',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  MY_DOMAIN_REQUIRED: {
    sentence: '{host} gives no access tokens for the client credentials flow; only the My Domain of the org does.',
    next: 'Enter the My Domain URL, such as {example}; Setup, My Domain shows it.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  ADDRESS_INVALID: {
    sentence: 'The {setting} "{value}" is not usable: {reason}.',
    next: 'Write it as https://acme.my.salesforce.com, with nothing behind the host.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  HOST_NOT_ALLOWED: {
    sentence: 'The {setting} leads to {host}, which is not on the list of allowed hosts.',
    next: 'Check where it comes from; if it is right, add {host} to allowedHosts.',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  PLAIN_HTTP_REFUSED: {
    sentence: 'The {setting} sends secrets over plain http to {host}.',
    next: 'Use https; plain http is for this machine only, or by allowPlainHttp inside a network you trust.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  CONNECTION_CLOSED: {
    sentence: 'The connection to {host} was closed before {what} was done.',
    next: 'Open it again.',
    retry: 'never',
    exit: 1,
    status: 500,
  },
  CANCELLED: {
    sentence: '{what} was cancelled: {reason}.',
    next: 'Start it again when wanted.',
    retry: 'never',
    exit: 1,
    status: 503,
  },
  LEDGER_LOCKED: {
    sentence: 'The ledger {file} is being written by another program and did not come free within a minute.',
    next: 'See which other sluice uses this data folder, or give this one a folder of its own.',
    retry: 'later',
    exit: 1,
    status: 503,
  },
  LEDGER_TOO_NEW: {
    sentence: 'The ledger {file} was written by a newer Sluice (schema {version}; this one knows {known}).',
    next: 'Install the newer Sluice again; an older one could not keep the account right.',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  LEDGER_FULL: {
    sentence: 'The ledger {file} cannot be written: {reason}.',
    next: 'Make room on that disk, then run "sluice resume", or the interface again where that finds nothing to do; what was recorded is not lost.',
    retry: 'after',
    exit: 1,
    status: 507,
  },
  SPOOL_FULL: {
    sentence: 'The spool file {file} cannot be written: {reason}.',
    next: 'Make room for the whole source on the disk of the data folder.',
    retry: 'after',
    exit: 1,
    status: 507,
  },
  INTERFACE_RUNNING: {
    sentence: 'The interface {interface} is being run by another process.',
    next: 'Wait for it to end; "sluice runs" shows how far it is.',
    retry: 'later',
    exit: 1,
    status: 409,
  },
  RUN_UNFINISHED: {
    sentence: 'Run {run} of the interface {interface} has not ended, so that starting another could send rows twice.',
    next: 'Run "sluice resume" first; it goes on where run {run} stopped.',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  ORGANIZATION_CHANGED: {
    sentence:
      'Run {run} of the interface {interface} began in the org {before}, and its connection now leads to {now}.',
    next: 'Let the connection lead to the org of the run again, where its jobs are, then run "sluice resume".',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  RUN_MISSING: {
    sentence: 'There is no run {run} in the ledger {file}.',
    next: 'Run "sluice runs" for those that are there.',
    retry: 'never',
    exit: 2,
    status: 404,
  },
  RUN_CANCELLED: {
    sentence: 'Run {run} was stopped: {reason}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 499,
  },
  TARGET_FIELD_MISSING: {
    sentence: '{object} has no field {field} that the run-as user can see.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  TARGET_FIELD_NOT_WRITABLE: {
    sentence:
      'The field {field} of {object} cannot be written by {operation}: Salesforce says it is not {right} for the run-as user.',
    next: 'Give the run-as user edit access to it by a permission set, or take it out of the mapping.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  TARGET_NOT_WRITABLE: {
    sentence: 'The run-as user may not {operation} {object} records: Salesforce says the object is not {right}.',
    next: 'Give the run-as user that right on {object} by a permission set.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  EXTERNAL_ID_INVALID: {
    sentence: 'The field {field} of {object} cannot be used to tell records apart: {reason}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  JOB_FAILED: {
    sentence: 'Salesforce failed {jobs} of the run as a whole: {reason}.',
    next: 'Mend what it names, then run the interface again; "sluice rejects {run}" has the rows.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  ROWS_REJECTED: {
    sentence: '{rejected} of {read} rows were rejected, and the interface allows {allowed}.',
    next: '"sluice rejects {run}" shows which and why; mend them in the source and run it again, or raise allowRejects.',
    retry: 'after',
    exit: 3,
    status: 422,
  },
  ROWS_UNKNOWN: {
    sentence: 'What became of {unknown} of {read} rows is not known, and Salesforce cannot be asked any more.',
    next: '"sluice rejects {run}" shows which and why; look for them in the org before you send them again.',
    retry: 'after',
    exit: 4,
    status: 502,
  },
  NOTHING_VISIBLE: {
    sentence: 'No {what} is visible in {where}.',
    next: 'Give the user of the connection the right to read what is to be moved, or correct the name.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  DATABASE_UNREACHABLE: {
    sentence: 'The database {database} cannot be reached: {reason}.',
    next: 'Check that it is running and that host, port and TLS (or the path of the file) in the connection file are right.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  DATABASE_LOGIN_REFUSED: {
    sentence: 'The database {database} refused the login of "{user}": {reason}.',
    next: 'Check user, password and database name in the connection file.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  DATABASE_READ_FAILED: {
    sentence: 'Reading {source} from {database} broke off: {reason}.',
    next: 'Nothing of an unfinished read is processed. Run it again once the database is well.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  DRIVER_MISSING: {
    sentence: 'Working with {kind} needs the npm package "{package}", which is not installed.',
    next: 'Run "npm install {install}" beside Sluice and start again.',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  SOURCE_MISSING: {
    sentence: 'There is no {source} in {database}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  SOURCE_INVALID: {
    sentence: 'Reading {source} from {database} is refused: {reason}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  COLUMN_MISSING: {
    sentence: 'There is no column "{column}" in {source}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  FORMULA_INVALID: {
    sentence: 'The formula is wrong at line {line}, column {column}: {reason}.',
    next: '{hint}',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  SOURCE_FIELD_UNREADABLE: {
    sentence: '{object} has no field {field} that the run-as user can read.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  OUTBOUND_UNSUITABLE: {
    sentence: 'The interface {interface} cannot bring {object} into a table: {reason}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  BOOKMARK_TOO_OLD: {
    sentence:
      'The interface {interface} has read up to {upTo}, {days} days ago; the org shows deleted records for 15 days, so deletions may be missing since.',
    next: 'Run it once with "sluice run --full", which compares all records.',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  BOOKMARK_UNFIT: {
    sentence: 'The interface {interface} cannot go on from its bookmark: {reason}.',
    next: 'Run it once with "sluice run --full", which reads all records and begins a new one.',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  BACKUP_THERE: {
    sentence: 'The folder {folder} cannot take this backup: {reason}.',
    next: 'Name another folder; one folder holds one backup.',
    retry: 'never',
    exit: 1,
    status: 409,
  },
  RUN_STARTED_OVER: {
    sentence: 'Run {run} of the interface {interface} was cut off, and another run has begun in its place.',
    next: 'Nothing needs to be done: the table is changed in one step at the end of a run, and what was not in it is read again.',
    retry: 'never',
    exit: 1,
    status: 409,
  },
  TARGET_MISSING: {
    sentence: 'There is no table "{table}" in {database}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  TARGET_COLUMN_MISSING: {
    sentence: 'The table "{table}" has no column "{column}", into which rows are to be loaded.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  TARGET_COLUMN_UNFIT: {
    sentence: 'The column "{column}" of the table "{table}" is {found}, which cannot hold {wanted}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  TARGET_UNFIT: {
    sentence: 'Rows cannot be loaded into the table "{table}" of {database}: {reason}.',
    next: '{hint}',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  LOAD_RUNNING: {
    sentence: 'Another load into the table "{table}" of {database} is going on.',
    next: 'Wait for it to end, then start again; loads into other tables need not wait.',
    retry: 'later',
    exit: 1,
    status: 409,
  },
  LOAD_COLUMN_MISSING: {
    sentence: 'The rows for the table "{table}" come without the column "{header}".',
    next: 'Add it to what is read from the source; the columns that came are {headers}.',
    retry: 'after',
    exit: 1,
    status: 400,
  },
  LOAD_ROW_UNFIT: {
    sentence: 'A row does not fit into the table "{table}": {reason}.',
    next: 'Correct the row at its source, or widen the column; the table is as it was before.',
    retry: 'after',
    exit: 1,
    status: 422,
  },
  LOAD_FAILED: {
    sentence: 'Loading into {database} broke off: {reason}.',
    next: 'All is as it was before. Run it again once the database is well.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  LOAD_IN_DOUBT: {
    sentence: 'Whether the load into the table "{table}" of {database} was committed is not known: {reason}.',
    next: 'Run it again once the database is well: it goes on from the bookmark, and rows that are there already change nothing.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  MAPPING_INVALID: {
    sentence: 'The mapping of {where} is not usable: {reason}.',
    next: '{hint}',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  ADDRESS_UNAVAILABLE: {
    sentence: 'The server cannot listen on {address}: {reason}.',
    next: 'Stop what uses that port, or choose another with --port (0 takes a free one).',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  PLAIN_HTTP_LISTEN_REFUSED: {
    sentence: 'Plain HTTP on {host} would send secrets and tokens over the network in the clear.',
    next: 'Listen on 127.0.0.1, or add --allow-plain-http when something in front of the server does TLS.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  STORE_IN_USE: {
    sentence: 'The data folder {folder} is in use by another process.',
    next: 'Stop the other one, or start this one with another --data folder.',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  STORE_TOO_NEW: {
    sentence: 'The data in {file} was written by a newer version of Sluice (schema {version}; this one knows {known}).',
    next: 'Start it with that version, or use another --data folder.',
    retry: 'never',
    exit: 1,
    status: 500,
  },
  STORE_LOCKED: {
    sentence: 'The data in {file} is being written by another program and did not come free within a minute.',
    next: 'See which other program has this file open, and stop it.',
    retry: 'later',
    exit: 1,
    status: 503,
  },
  STORE_FULL: {
    sentence: 'The data in {file} cannot be written: {reason}.',
    next: 'Make room on that disk, then try again; what was recorded is not lost.',
    retry: 'after',
    exit: 1,
    status: 507,
  },
  SEALED_SECRET_INVALID: {
    sentence: 'A secret of the connection cannot be used: {reason}.',
    next: 'Enter the secret again in the connection, for this agent and this address.',
    retry: 'never',
    exit: 1,
    status: 400,
  },
  REMOTE_SITE_MISSING: {
    sentence: 'The hub may not call {url}: it is no remote site.',
    next: 'Add it under Remote Sites, with this scheme, host and port.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  REMOTE_SITE_INACTIVE: {
    sentence: 'The hub may not call {url}: its remote site {name} is not active.',
    next: 'Make it active under Remote Sites.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  REMOTE_ADDRESS_FORBIDDEN: {
    sentence: 'The hub may not call {host}: it leads to {address}, and {reason}.',
    next: 'Check who gives out the addresses of that name; list an address in digits if it is meant.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  HUB_UNREACHABLE: {
    sentence: 'The hub at {hub} cannot be reached: {reason}.',
    next: 'Check that it runs ("sluice hub start") and that --hub or SLUICE_HUB is right.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  HUB_REFUSED: {
    sentence: '{message}',
    next: '{next}',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  AGENT_UNREACHABLE: {
    sentence: 'The agent at {host}:{port} cannot be reached: {reason}.',
    next: 'Check that it runs ("sluice agent start") and that host and port are right.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  AGENT_LOGIN_REFUSED: {
    sentence: '{message}',
    next: '{next}',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  AGENT_REFUSED: {
    sentence: '{message}',
    next: '{next}',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  AGENT_TOO_SLOW: {
    sentence: 'The agent gave no answer to {request} within {seconds} seconds.',
    next: 'Check that it is not overloaded or stuck, then try again.',
    retry: 'later',
    exit: 1,
    status: 504,
  },
  AGENT_AWAY: {
    sentence: 'The agent {name} is not connected to the hub.',
    next: 'Check that it runs ("sluice agent start --hub URL") and reaches the hub; its log says why if not.',
    retry: 'later',
    exit: 1,
    status: 503,
  },
  AGENT_ANSWER_INVALID: {
    sentence: 'What the agent answered to {request} cannot be used: {reason}.',
    next: 'Check that an agent of the same version answers at that address.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  INTERFACE_UNDEPLOYED: {
    sentence: 'The interface {interface} is not deployed, so that no agent has it.',
    next: 'Set its status to deployed, then start it again.',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  INTEGRATION_STOPPED: {
    sentence: 'The integration {integration} is stopped.',
    next: 'Make it active again, then start the run anew.',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  RUN_NOT_REACHED: {
    sentence: 'It was not run, since {interface}, which comes before it, ended as "{status}".',
    next: 'See why that run did not go through; then start this one again.',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  RUN_LOST: {
    sentence: 'The agent {agent} knows nothing of this run any more, so that what it sent is unknown.',
    next: 'Look into the org for the rows that are not accounted for; then run the interface again.',
    retry: 'after',
    exit: 4,
    status: 409,
  },
  AGENT_CERTIFICATE_CHANGED: {
    sentence: 'What answers at {host}:{port} shows another certificate than the agent that was pinged first.',
    next: 'Make sure that it is the agent; then forget the old certificate in the connection and ping again.',
    retry: 'never',
    exit: 1,
    status: 502,
  },
  CONNECTION_MISSING: {
    sentence: 'The hub has no connection "{name}".',
    next: 'Run "sluice connections" for those it has.',
    retry: 'never',
    exit: 2,
    status: 404,
  },
  AGENT_NOT_PINNED: {
    sentence: 'The certificate of the agent at {url} is not known yet.',
    next: 'Ping the agent connection: the first ping pins the certificate.',
    retry: 'after',
    exit: 1,
    status: 409,
  },
  AGENT_FINGERPRINT_DIFFERENT: {
    sentence: 'What answers at {host}:{port} shows a certificate with the fingerprint {found}, not {wanted}.',
    next: 'Make sure that it is the agent; then ping it anew and take the fingerprint that is shown.',
    retry: 'never',
    exit: 1,
    status: 502,
  },
  AGENT_HOST_REFUSED: {
    sentence: 'The agent may not sign in at {host}: it is no My Domain of Salesforce.',
    next: 'Check the My Domain URL; if it is right, start the agent with --allow-host {host}.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  FILES_NOT_ALLOWED: {
    sentence: 'This agent reads no files: it was started without a folder for them.',
    next: 'Start the agent with --files DIR, the folder inside which its files lie.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  FILE_OUTSIDE: {
    sentence: '{path} is not inside {folder}, the folder of files of this agent.',
    next: 'Name a file or folder that is there, by its path inside that folder.',
    retry: 'after',
    exit: 1,
    status: 403,
  },
  PLAIN_DATABASE_REFUSED: {
    sentence: 'TLS is off towards the database at {host}: others could read password and rows on their way.',
    next: 'Choose verify, or require where the certificate cannot be verified; off is for a database on the machine of the agent.',
    retry: 'never',
    exit: 1,
    status: 400,
  },
  AGENT_FILE_INVALID: {
    sentence: 'The file {file}, which says who this agent is, cannot be used: {reason}.',
    next: 'Bring it back from a backup, or remove it: the agent then makes a new one, and its connections need their secrets entered again.',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  HUB_ADDRESS_INVALID: {
    sentence: 'The address of the hub {reason}.',
    next: 'Give scheme, host and port alone, such as https://hub.example:8088; plain http is for this machine alone.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  HUB_CODE_MISSING: {
    sentence: 'This agent is not registered at {hub}.',
    next: 'Make a code in the Console (Agents, New Registration Code) and set SLUICE_AGENT_CODE to it, or give --code.',
    retry: 'after',
    exit: 2,
    status: 400,
  },
  HUB_CERTIFICATE_UNTRUSTED: {
    sentence: 'The certificate of the hub at {hub} is not trusted: {reason}.',
    next: 'Give its certificate, or that of who signed it, with --hub-certificate; check that the address is one it is made for.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  HUB_LOGIN_REFUSED: {
    sentence: 'The hub at {hub} does not let this agent sign in: {reason}.',
    next: 'If it was revoked, make a new registration code in the Console and start the agent with it.',
    retry: 'after',
    exit: 1,
    status: 502,
  },
  HUB_ANSWER_INVALID: {
    sentence: 'What {hub} answered is no answer of a hub: {reason}.',
    next: 'Check that address, and that agent and hub are of the same version.',
    retry: 'later',
    exit: 1,
    status: 502,
  },
  KEY_FILE_INVALID: {
    sentence: 'The key file {file}, which opens the sealed secrets beside it, {reason}.',
    next: 'Put the right key file back; without it the consumer secrets cannot be read.',
    retry: 'after',
    exit: 1,
    status: 500,
  },
  SECRET_TOO_WEAK: {
    sentence: 'The {setting} is too short or holds blanks.',
    next: 'Use at least 32 letters, digits and signs made by chance, or leave it to Sluice.',
    retry: 'never',
    exit: 2,
    status: 400,
  },
  INTERNAL: {
    sentence: 'Something happened that Sluice did not foresee: {reason}.',
    next: 'Please report it, with the log that SLUICE_LOG_LEVEL=debug writes; the ledger is intact.',
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
  readonly exit: 1 | 2 | 3 | 4;
  readonly status: number;
  readonly values: ErrorValues;
  /** True when what was asked for may have been carried out all the same: it was sent, and no whole answer came. */
  readonly inDoubt: boolean;

  constructor(code: ErrorCode, values: ErrorValues = {}, options: { cause?: unknown; inDoubt?: boolean } = {}) {
    const entry: ErrorEntry = errorTable[code];
    super(fillHoles(entry.sentence, values), options);
    this.name = 'SluiceError';
    this.code = code;
    this.next = fillHoles(entry.next, values);
    this.retry = entry.retry;
    this.exit = entry.exit;
    this.status = entry.status;
    this.values = values;
    this.inDoubt = options.inDoubt ?? false;
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

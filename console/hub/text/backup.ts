/** Words of Back Up Objects. */
export const backup = {
  lead: 'Each chosen object becomes an interface that writes all its records into a CSV file of its own. Beside the files lies sluice-manifest.json, with the rows and the SHA-256 of each. Run again, the files are brought up to date; a schedule can be added to each interface.',
  detail: 'Backup Detail',
  fields: {
    name: 'Name',
    integration: 'Integration',
    connection: 'Connection',
    objects: 'Objects',
  },
  help: {
    name: 'The interfaces are called by it and by their object, such as Backup-Account.',
    connection: 'Of the type Agent File: the files go into its folder, beside the agent.',
    objects: 'As the run-as user sees them. Ctrl+A marks all of a list.',
  },
  choose: 'Choose…',
  start: 'Back Up Now',
  started: (count: number) => (count === 1 ? '1 object is being backed up.' : `${count} objects are being backed up.`),
  noConnection: 'No connection of the type Agent File yet',
  noConnectionNext: 'A backup needs a folder beside an agent to go into.',
  noIntegration: 'No integration yet',
  noIntegrationNext: 'The interfaces of a backup belong to one.',
  wanted: {
    name: { message: 'Name is required.', next: 'Enter letters, digits, dots, dashes and underscores.' },
    integration: { message: 'Integration is required.', next: 'Choose the integration of the backup.' },
    connection: { message: 'Connection is required.', next: 'Choose the connection with the folder.' },
    objects: { message: 'Objects are required.', next: 'Mark at least one, and add it.' },
  },
  ofObject: (object: string, message: string) => `${object}: ${message}`,
  nameTaken: (name: string, object: string) => ({
    message: `${name} is an interface that does not back up ${object}.`,
    next: 'Enter another name for the backup.',
  }),
  file: (object: string) => `${object}.csv`,
} as const;

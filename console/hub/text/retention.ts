/** Words of the retention setting. */
export const retention = {
  lead: 'How long messages and runs are kept. What is older goes within ten minutes of saving, and cannot be brought back.',
  form: 'Retention',
  fields: {
    completedDays: 'Days of Completed and Cancelled',
    failedDays: 'Days of Failed',
    mostMessages: 'Most Messages',
    mostBytes: 'Most Space',
  },
  help: {
    completedDays: 'After their end. Empty: no limit.',
    failedDays: 'Empty: no limit.',
    mostMessages: 'Above it the oldest that have ended go, failed ones last. Empty: no limit.',
    mostBytes: (now: string) =>
      `Of the store of the hub, which takes ${now} now; above it the oldest go in the same order. Empty: no limit.`,
  },
  numberWanted: (label: string) => ({
    message: `${label} must be a number.`,
    next: 'Enter a whole number, or leave it empty.',
  }),
  unit: 'Unit of Most Space',
  units: { bytes: 'bytes', MiB: 'MiB', GiB: 'GiB' },
  sizeWanted: {
    message: 'Most Space must be a size.',
    next: 'Enter a number such as 20 or 1.5 with its unit, whole bytes at least, or leave it empty.',
  },
  preview: 'Preview',
  previewTitle: 'What would go now',
  saved: 'The retention was saved.',
  counts: {
    completed: 'Completed and cancelled',
    failed: 'Failed',
    tooMany: 'Besides, as there are too many',
    tooLarge: 'Besides, about, for the space',
    runs: 'Runs without messages',
    reports: 'Reports of agents',
    messages: 'Messages now',
    bytes: 'Space now',
  },
  atLeast: (count: string) => `${count} or more`,
} as const;

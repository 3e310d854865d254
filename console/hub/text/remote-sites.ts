/** Words of Remote Sites. */
export const remoteSites = {
  lead: 'The hub calls no host that is not listed here, at its port. An agent that dials in needs no entry.',
  newTitle: 'New Remote Site',
  fields: {
    name: 'Remote Site Name',
    url: 'Remote Site URL',
    description: 'Description',
    active: 'Active',
  },
  help: {
    name: 'Begin with a letter; letters, digits and underscores.',
    url: 'With the port, e.g. https://127.0.0.1:9055.',
    active: 'An inactive remote site is not called.',
  },
  detail: 'Remote Site Edit',
  empty: 'No remote site yet',
  emptyNext: 'Begin with New: the address of an agent, with its port.',
  deleteText: 'Connections whose agent is reached at this address stop working at once.',
} as const;

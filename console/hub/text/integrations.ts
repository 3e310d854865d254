/** Words of Integrations. */
export const integrations = {
  lead: 'What belongs together: interfaces that run one after the other, and can be stopped at once.',
  newTitle: 'New Integration',
  detail: 'Integration Detail',
  fields: { name: 'Name', description: 'Description', sequence: 'Sequence', state: 'State', interfaces: 'Interfaces' },
  help: {
    name: 'Letters, digits, dots, dashes and underscores.',
    sequence: 'Its place among the others; at the end when left empty.',
    state: 'Inactive: what is due or comes in is kept and waits. Stopped: it is refused.',
  },
  states: { active: 'Active', inactive: 'Inactive', stopped: 'Stopped' },
  numberWanted: { message: 'Sequence must be a number.', next: 'Enter a whole number, or leave it empty.' },
  order: 'Order of the interfaces',
  orderHelp: 'They are run from the first to the last.',
  orderSaved: 'The order was saved.',
  saveOrder: 'Save Order',
  up: (name: string) => `Move ${name} up`,
  down: (name: string) => `Move ${name} down`,
  noInterfaces: 'It has no interfaces yet.',
  empty: 'No integration yet',
  emptyNext: 'Begin with New; then make its interfaces.',
  deleteText: 'Only an integration without interfaces can be deleted.',
} as const;

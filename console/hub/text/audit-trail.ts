/** Words of the audit trail. */
export const auditTrail = {
  lead: 'What was changed, by whom and when; the newest first. Nothing is ever taken out of it.',
  columns: { at: 'Time', actor: 'Person', section: 'Section', display: 'Change' },
  empty: 'Nothing was changed yet',
  emptyNext: 'Every change that somebody makes stands here.',
} as const;

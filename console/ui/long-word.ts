/** A word that is longer than a column of a list should be: it is broken, so that the columns behind it stay in sight. */
const long = /[^\s-]{25}/;

/** The class for what holds this text. */
export const classOf = (text: string) => (long.test(text) ? 'longword' : undefined);

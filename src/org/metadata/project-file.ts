/** A metadata file that is to be written: where, what, and how a manifest calls it. */
import type { XmlParts } from './xml-text.ts';

export type ProjectFile = {
  /** The metadata type, which is also the root element. */
  type: string;
  /** The full name of the component. */
  member: string;
  /** Below the folder of the source, e.g. `profiles/Admin.profile-meta.xml`. */
  path: string;
  parts: XmlParts;
};

/**
 * metadata: Metadata API files in source format, read as a setup and written from one.
 * Rule: what the org in a box has not is left out and said; nothing is faked, and no secret is read or written.
 * Read read-setup.ts first, then read-project.ts and write-project.ts.
 */
export { exportMetadataOf } from './export-metadata.ts';
export { type ReadSetup, readSetup, readSetupFile } from './read-setup.ts';

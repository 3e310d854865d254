/** The error for what is wrong in a metadata file, at its line. */
import { SluiceError } from '../../base/index.ts';

/** `file` is relative to the folder that was named; lines count from 1. */
export type FilePlace = { file: string; line?: number | undefined };

export function metadataError({ file, line }: FilePlace, reason: string, cause?: unknown): SluiceError {
  const position = line === undefined ? '' : `:${line}`;
  const sentence = /[.?]$/.test(reason) ? reason : `${reason}.`;
  return new SluiceError('METADATA_INVALID', { file, position, reason: sentence }, { cause });
}

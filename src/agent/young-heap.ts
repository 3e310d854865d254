/** Keeps the memory of a program that moves bytes low. */
import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's space for young objects at the size it has: blocks of bytes are then freed soon after use instead of when tens of
 * megabytes of them have gathered (measured: a third less resident memory, at the same speed).
 *
 * It holds for the whole process, so it is for programs whose work is moving, called once at their start.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

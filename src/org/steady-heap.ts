/** Keeps the memory of a program that answers many small calls where it is, however many come. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves of V8's space for young objects: as fast as any larger one (bench/token.ts), where 2 MiB cost a fifth. */
const youngBytesEnough = 8 * 1024 * 1024;
const halfMiB = youngBytesEnough / 2 / 1024 / 1024;

/** The space doubles only when much in it outlives a collection, so that this is often enough. */
const lookEveryMs = 250;

/** Old objects are collected when they have become so many more, not when they have doubled. */
const oldGrowthPercent = 10;

/**
 * Lets V8's space for young objects grow to 8 MiB and not, flood by flood, to 128, and collects old ones early: of 1,000,000
 * hostile requests some 10 MiB stay instead of 100 (bench/hostile.ts). V8 shrinks the space when little happens, so that
 * it is looked at again and again. Threads started from now on begin with that size.
 *
 * It holds for the whole process, so it is for a program that is nothing but an org; disposing of it leaves V8 as it was.
 */
export function keepHeapSteady(): Disposable {
  setFlagsFromString(`--min-semi-space-size=${halfMiB}`);
  setFlagsFromString(`--heap-growing-percent=${oldGrowthPercent}`);
  const look = () => setFlagsFromString(`--semi-space-growth-factor=${youngBytes() < youngBytesEnough ? 2 : 1}`);
  look();
  const timer = setInterval(look, lookEveryMs).unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      setFlagsFromString('--semi-space-growth-factor=2');
      setFlagsFromString('--heap-growing-percent=0');
      setFlagsFromString('--min-semi-space-size=0');
    },
  };
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0;
}

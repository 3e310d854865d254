/** Keeps the memory of a program that answers many small calls where it is, however many come. */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const MiB = 1024 * 1024;

/** Both halves of V8's space for young objects: as fast as any larger one (bench/token.ts), where 2 MiB cost a fifth. */
const youngBytesEnough = 8 * MiB;
const halfMiB = youngBytesEnough / 2 / MiB;

/** By how much old objects may become more until they are collected: V8 alone lets them double. */
const oldGrowthBytes = 4 * MiB;
const oldGrowthShare = 0.2;

/** Spaces fill slowly beside it; a look takes some microseconds. */
const lookEveryMs = 250;

/**
 * Lets V8's space for young objects grow to 8 MiB and not, flood by flood, to 128, and has old ones collected early, the way V8
 * does it where memory is short: else 1,000,000 hostile requests leave 100 MiB more than 10,000 (bench/hostile.ts). V8 shrinks and
 * fills the spaces as it likes, so that they are looked at again and again. Threads started from now on begin with 8 MiB.
 *
 * It holds for the whole process, so it is for a program that is nothing but an org; disposing of it leaves V8 as it was.
 */
export function keepHeapSteady(): Disposable {
  setFlagsFromString(`--min-semi-space-size=${halfMiB}`);
  let least = Number.POSITIVE_INFINITY;
  let before = Number.POSITIVE_INFINITY;
  const look = () => {
    const { young, old } = measureSpaces();
    // They become fewer by a collection alone: what is there now is what lives.
    if (old < before) least = old;
    before = old;
    setFlags({
      mayGrow: young < youngBytesEnough,
      isShort: old - least > Math.max(oldGrowthBytes, least * oldGrowthShare),
    });
  };
  look();
  const timer = setInterval(look, lookEveryMs).unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      setFlags({ mayGrow: true, isShort: false });
      setFlagsFromString('--min-semi-space-size=0');
    },
  };
}

function setFlags({ mayGrow, isShort }: { mayGrow: boolean; isShort: boolean }): void {
  setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
  setFlagsFromString(isShort ? '--optimize-for-size' : '--no-optimize-for-size');
}

/** Bytes: what the space for young objects takes, and how much old objects fill. */
function measureSpaces(): { young: number; old: number } {
  const spaces = new Map(getHeapSpaceStatistics().map((space) => [space.space_name, space]));
  return { young: spaces.get('new_space')?.space_size ?? 0, old: spaces.get('old_space')?.space_used_size ?? 0 };
}

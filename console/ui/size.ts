/** Sizes in bytes, as people read and enter them. */
export type SizeUnit = keyof typeof bytesOf;

const bytesOf = { bytes: 1, MiB: 1_048_576, GiB: 1_073_741_824 } as const;

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** Rounded, to be read. @example sizeText(1_610_612_736) // 1.5 GiB */
export function sizeText(bytes: number): string {
  const unit = bytes < 1_024 * 1_024 ? 'KiB' : bytes < bytesOf.GiB ? 'MiB' : 'GiB';
  return `${numbers.format(bytes / (unit === 'KiB' ? 1_024 : bytesOf[unit]))} ${unit}`;
}

/** To the byte, to be edited, in the largest unit with few digits. @example sizeParts(20_971_520) // { size: '20', unit: 'MiB' } */
export function sizeParts(bytes: number): { size: string; unit: SizeUnit } {
  const unit = (['GiB', 'MiB'] as const).find((one) => isShort(bytes / bytesOf[one])) ?? 'bytes';
  return { size: String(bytes / bytesOf[unit]), unit };
}

/** At most three digits behind the point. */
const isShort = (size: number) => Number.isInteger(size * 1_000) && size >= 0.001;

/** Undefined for what is no size. @example sizeEntered('1.5', 'GiB') // 1_610_612_736 */
export function sizeEntered(typed: string, unit: SizeUnit): number | undefined {
  const isNumber = /^\d{1,15}(\.\d{1,6})?$/.test(typed);
  const bytes = Math.round(Number(typed) * bytesOf[unit]);
  return isNumber && (unit !== 'bytes' || !typed.includes('.')) ? bytes : undefined;
}

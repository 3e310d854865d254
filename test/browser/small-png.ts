/** Makes a picture of a page small: a PNG with a palette of 256 colours, which is as many as a page with plain surfaces and text needs. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const paletteSize = 256;

/** Three bytes to a pixel, row after row. */
export type Picture = { width: number; height: number; pixels: Buffer };

/** A PNG with red, green and blue, or these and alpha, in eight bits each, as browsers write it. */
export function readPng(png: Buffer): Picture {
  const chunks = [...chunksOf(png)];
  const head = chunks.find(({ name }) => name === 'IHDR')?.data;
  const channels = { 2: 3, 6: 4 }[head?.[9] ?? -1];
  if (head === undefined || channels === undefined || head[8] !== 8) throw new Error('not a PNG as browsers write it');
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const packed = Buffer.concat(chunks.filter(({ name }) => name === 'IDAT').map(({ data }) => data));
  const rows = unfilter(inflateSync(packed), { stride: width * channels, channels });
  return { width, height, pixels: channels === 3 ? rows : withoutAlpha(rows) };
}

function* chunksOf(png: Buffer): Generator<{ name: string; data: Buffer }> {
  for (let at = signature.length; at < png.length; ) {
    const size = png.readUInt32BE(at);
    yield { name: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + size) };
    at += size + 12;
  }
}

type Layout = { stride: number; channels: number };

/** Each row begins with the number of the filter that was laid over it (PNG, 9.2). */
function unfilter(filtered: Buffer, { stride, channels }: Layout): Buffer {
  const rows = Buffer.alloc((filtered.length / (stride + 1)) * stride);
  for (let row = 0; row * stride < rows.length; row += 1) {
    const [from, to] = [row * (stride + 1) + 1, row * stride];
    const filter = filtered[from - 1];
    for (let x = 0; x < stride; x += 1) {
      const left = x < channels ? 0 : rows[to + x - channels]!;
      const up = row === 0 ? 0 : rows[to + x - stride]!;
      const corner = row === 0 || x < channels ? 0 : rows[to + x - stride - channels]!;
      rows[to + x] = filtered[from + x]! + foretold(filter, { left, up, corner });
    }
  }
  return rows;
}

type Neighbours = { left: number; up: number; corner: number };

function foretold(filter: number | undefined, { left, up, corner }: Neighbours): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  return filter === 4 ? nearestTo(left + up - corner, [left, up, corner]) : 0;
}

/** The first of those that are equally near. */
function nearestTo(wished: number, among: readonly [number, ...number[]]): number {
  return among.reduce((best, one) => (Math.abs(wished - one) < Math.abs(wished - best) ? one : best));
}

function withoutAlpha(rows: Buffer): Buffer {
  return rows.filter((_, at) => at % 4 !== 3) as Buffer;
}

/** The same picture in its most frequent colours; each other one becomes the nearest of these. */
export function smallPng({ width, height, pixels }: Picture): Buffer {
  const colours = coloursOf(pixels);
  const placeOf = placing(colours);
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < width * height; at += 1) {
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = placeOf(pixels.readUIntBE(at * 3, 3));
  }
  const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 9, memLevel: 9 });
  const parts = [chunk('IHDR', head), chunk('PLTE', palette), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

function coloursOf(pixels: Buffer): number[] {
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, one], [, other]) => other - one);
  return byCount.slice(0, paletteSize).map(([colour]) => colour);
}

/** Which place in the palette a colour has, or the one nearest to it. */
function placing(colours: readonly number[]): (colour: number) => number {
  const places = new Map(colours.map((colour, place) => [colour, place]));
  return (colour) => {
    const place = places.get(colour) ?? nearestPlace(colours, colour);
    places.set(colour, place);
    return place;
  };
}

function nearestPlace(colours: readonly number[], colour: number): number {
  let [best, bestDistance] = [0, Number.POSITIVE_INFINITY];
  for (const [place, other] of colours.entries()) {
    const distance = distanceOf(colour, other);
    if (distance < bestDistance) [best, bestDistance] = [place, distance];
  }
  return best;
}

function distanceOf(one: number, other: number): number {
  const part = (shift: number) => (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2;
  return part(16) + part(8) + part(0);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

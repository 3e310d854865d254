import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchChromium } from './chromium.ts';
import { readPng, smallPng } from './small-png.ts';

const html = `<body style="margin:0;font:16px sans-serif;background:linear-gradient(#fff,#def)">
  <h1 style="color:#036">Every row has an outcome</h1><p>succeeded, rejected, unknown</p></body>`;

/** As another reader sees it: the browser itself. */
async function seenAt(png: Buffer, points: readonly [number, number][]): Promise<number[][]> {
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const url = `data:image/png;base64,${png.toString('base64')}`;
  return await page.evaluate(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(url)};
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return ${JSON.stringify(points)}.map(([x, y]) => [...canvas.getImageData(x, y, 1, 1).data.slice(0, 3)]);
  })()`);
}

test('a picture of a page becomes a smaller PNG of the same size that shows the same', async () => {
  await using browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 333, height: 120 } });
  await page.setContent(html);
  const taken = await page.screenshot();
  const picture = readPng(taken);
  assert.deepEqual([picture.width, picture.height, picture.pixels.length], [333, 120, 333 * 120 * 3]);
  const small = smallPng(picture);
  assert.ok(small.length < taken.length, `${small.length} of ${taken.length} bytes`);
  const colours = new Set(Array.from({ length: 333 * 120 }, (_, at) => picture.pixels.readUIntBE(at * 3, 3)));
  assert.ok(colours.size > 32, `${colours.size} colours`);
  const points: [number, number][] = Array.from({ length: 30 }, (_, at) => [at * 11, at * 4]);
  const seen = [await seenAt(taken, points), await seenAt(small, points)].map((found) => found.flat());
  const read = points.flatMap(([x, y]) => [...picture.pixels.subarray((y * 333 + x) * 3, (y * 333 + x) * 3 + 3)]);
  assert.deepEqual(read, seen[0], 'it is read as the browser reads it');
  assert.ok(Math.max(...read.map((value, at) => Math.abs(value - seen[1]![at]!))) <= 24);
});

test('a picture with more colours than the palette has keeps the most frequent ones, and takes the nearest for the others', () => {
  const width = 300;
  const pixels = Buffer.alloc(width * 2 * 3);
  for (let x = 0; x < width; x += 1) pixels.set([x >> 1, x & 255, x >> 8], x * 3);
  for (let x = 0; x < width; x += 1) pixels.set([200, 10, 10], (width + x) * 3);
  const small = smallPng({ width, height: 2, pixels });
  assert.equal(small.readUInt32BE(16), width);
  assert.ok(small.includes(Buffer.from([200, 10, 10])), 'the most frequent one is kept as it is');
});

test('what is no picture of a browser is refused', () => {
  assert.throws(() => readPng(smallPng({ width: 1, height: 1, pixels: Buffer.from([1, 2, 3]) })), /not a PNG/);
});

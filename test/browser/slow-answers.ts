/** Answers that come late, as over a slow network: what is asked for waits until it is let go. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

type LetGo = () => Promise<void>;

/** Gives the function that lets go what was held back, and whatever comes after it. */
export async function holdBack(page: Page, address: string | RegExp, method = 'GET'): Promise<LetGo> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(address, async (route) => {
    if (route.request().method() === method) await promise;
    await route.fallback();
  });
  return async () => {
    resolve();
    await page.unroute(address);
  };
}

/** What is asked is done at once, and just its answer comes late. */
export async function holdBackAnswer(page: Page, address: string | RegExp, method: string): Promise<LetGo> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(address, async (route) => {
    if (route.request().method() !== method) return await route.fallback();
    const response = await route.fetch();
    await promise;
    await route.fulfill({ response });
  });
  return async () => resolve();
}

/** So long a person is quicker than the network. */
const aWhileMs = 300;

/** What somebody does while answers are held back, who may have to wait for them. */
export async function whileHeldBack(letGo: LetGo, act: () => Promise<unknown>): Promise<void> {
  await Promise.all([act(), sleep(aWhileMs).then(letGo)]);
}

/** Keeps the focus on the page: when what had it is gone, the block it stood in has it, or else the title of the page. */

const blocks = '[role="dialog"], [role="alertdialog"], section[aria-label], form[aria-label], search[aria-label]';

/** Whoever works by keyboard would have to begin again at the top of the window, and a screen reader falls silent. */
export function keepFocus(): void {
  let path: readonly Element[] = [];
  document.addEventListener('focusin', ({ target }) => {
    path = target instanceof Element ? pathOf(target) : [];
  });
  const isLost = () => path[0]?.isConnected === false && document.activeElement === document.body;
  const look = () => {
    if (!isLost()) return;
    const left = path.find(({ isConnected }) => isConnected);
    land(left?.closest<HTMLElement>(blocks) ?? document.querySelector<HTMLElement>('h1'));
  };
  const observer = new MutationObserver(() => {
    // A dialog that closes gives the focus back by itself, and a page that opens takes it.
    if (isLost()) requestAnimationFrame(() => requestAnimationFrame(look));
  });
  observer.observe(document.body, { childList: true, subtree: true });
}

function pathOf(element: Element): Element[] {
  return element.parentElement === null ? [element] : [element, ...pathOf(element.parentElement)];
}

/** It can be gone to for as long as it has the focus. */
function land(block: HTMLElement | null): void {
  if (block === null) return;
  if (!block.hasAttribute('tabindex')) {
    block.tabIndex = -1;
    block.addEventListener('blur', () => block.removeAttribute('tabindex'), { once: true });
  }
  block.focus({ preventScroll: true });
}

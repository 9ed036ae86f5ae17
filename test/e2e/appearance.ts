import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** The rules of axe that look at colours. A theme changes nothing else. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * What axe finds serious or critical on the page as it is: the rule, and where. Frames are others' pages, and the
 * structure of a PDF is what its author made of it.
 * @param coloursOnly for a page that was looked at in another theme
 */
export async function seriousFindings(page: Page, { coloursOnly = false } = {}): Promise<string[]> {
  // By the debugger, not by a script element, which the content-security policy would refuse.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const context = { exclude: [['iframe'], ['.structTree']] };
  const options = { resultTypes: ['violations'], ...(coloursOnly && { runOnly: RULES_OF_COLOURS }) };
  const { violations }: AxeResults = await page.evaluate(
    `axe.run(${JSON.stringify(context)}, ${JSON.stringify(options)})`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`);
}

/** What may be scrolled sideways on purpose: code, tables, and the row of kinds. */
const SIDEWAYS = 'pre, section[tabindex="0"], fieldset';

const SETTLE_MS = 5000;

/**
 * What is wider than it should be, once it has settled: the page, or something in it that scrolls. Inside the shell the
 * page itself is not to scroll down either: its content does.
 */
export async function tooWide(page: Page): Promise<string[]> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const wide = await page.evaluate(wideElements, SIDEWAYS);
    if (wide.length === 0 || performance.now() > deadline) return wide;
    await page.waitForTimeout(50);
  }
}

/** Runs in the page. */
function wideElements(sideways: string): string[] {
  const isScrolled = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
  const { scrollHeight, clientHeight } = document.documentElement;
  const isTall = scrollHeight > clientHeight + 1 && document.getElementById('main') !== null;
  const tall = isTall ? [`the page scrolls by itself: ${scrollHeight} > ${clientHeight}`] : [];
  const wide = [document.documentElement, ...document.querySelectorAll('body *')]
    .filter(element => element === document.documentElement || isScrolled(element))
    .filter(element => element.scrollWidth > element.clientWidth + 1 && !element.matches(sideways))
    .map(
      element => `${element.tagName} ${element.className}: ${element.scrollWidth} > ${element.clientWidth}`,
    );
  return [...tall, ...wide];
}

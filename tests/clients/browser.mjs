// A real browser for a test: it reaches this machine alone, and waits for what has to come.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { PATIENCE } from "./patience.mjs";

const AXE = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** A browser whose `names`, as rules of its resolver, are found beside those of this machine. */
export const launch = (...names) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    timeout: PATIENCE,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      `--host-resolver-rules=${[...names, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"].join(", ")}`,
    ],
  });

/** A context of pages: what is asked of them has `PATIENCE`. */
export async function newContext(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  return context;
}

export const newPage = async (browser, options) => (await newContext(browser, options)).newPage();

/** The serious faults that axe finds on a page. Evaluated by the debugger, which the page's policy does not bind. */
export async function faultsOf(page) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target.join(" ")}: ${html}`));
}

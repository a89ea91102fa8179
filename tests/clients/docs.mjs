// The pages under /docs in a real browser that can reach nothing but the gateway: node docs.mjs URL [SCREENSHOT_FOLDER]
import { faultsOf, launch, newPage } from "./browser.mjs";

const [url, screenshots] = process.argv.slice(2);
const origin = new URL(url).origin;
const browser = await launch();
const seen = { outside: [], console: [], faults: [], wide: [] };

async function open(colorScheme, width) {
  const page = await newPage(browser, { colorScheme, viewport: { width, height: 860 } });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin)) seen.outside.push(request.url());
  });
  page.on("console", (message) => seen.console.push(message.text()));
  page.on("pageerror", (error) => seen.console.push(String(error)));
  return page;
}

async function visit(page, path, name) {
  await page.goto(origin + path);
  seen.faults.push(...(await faultsOf(page)).map((each) => `${path} ${name} ${each}`));
  if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) seen.wide.push(`${path} ${name}`);
  if (screenshots) await page.screenshot({ path: `${screenshots}/docs${path.replaceAll("/", "-")}-${name}.png` });
}

try {
  for (const [colors, width, ...paths] of [
    ["light", 1280, "/docs", "/docs/errors"],
    ["dark", 1920, "/docs/tracing"],
    ["light", 480, "/docs/rest-calls"],
  ]) {
    const page = await open(colors, width);
    for (const path of paths) await visit(page, path, `${colors}-${width}`);
  }

  // By keyboard alone: past everything to the text, then by a link of the contents to its heading.
  const page = await open("dark", 1280);
  await page.goto(`${origin}/docs/README`);
  await page.keyboard.press("Tab");
  seen.first = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("Enter");
  seen.focused = await page.evaluate(() => document.activeElement.id);
  seen.pictures = await page.evaluate(() => [...document.images].map((each) => each.naturalWidth > 0));
  await page.locator(".contents a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash && document.querySelector(":target").getBoundingClientRect().top < innerHeight / 2);
  seen.hash = await page.evaluate(() => location.hash);
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

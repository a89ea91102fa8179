// The emulator's page in a real browser that can reach nothing else: node console.mjs URL [SCREENSHOT_FOLDER]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [url, screenshots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const seen = { outside: [], console: [], faults: [], policy: null };

async function open(colorScheme, width) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => { if (!request.url().startsWith(url)) seen.outside.push(request.url()); });
  page.on("console", (message) => seen.console.push(message.text()));
  page.on("pageerror", (error) => seen.console.push(String(error)));
  seen.policy = (await page.goto(`${url}/`)).headers()["content-security-policy"];
  await page.waitForSelector("table[aria-label=Customers] tbody tr");
  return page;
}

async function check(page, name) {
  // Evaluated by the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  seen.faults.push(...violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${name} ${id} ${nodes[0].html}`));
  if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png` });
}

const tab = (page, name) => page.getByRole("tab", { name }).click();

try {
  const page = await open("light", 1280);
  await page.locator("tbody button").first().click();
  await check(page, "shop-light-1280");
  await page.getByRole("button", { name: "Edit" }).click();
  await page.locator("#editor-text").fill('{"note": "Written in the console"}');
  await page.locator("#editor-send").click();
  await page.waitForSelector("#editor:not([open])", { state: "attached" });

  // By keyboard from here to the next tab.
  await page.getByRole("tab", { name: "Shop" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector("table[aria-label='REST calls'] tbody tr");
  await page.locator("tbody button").first().click();
  await page.waitForSelector(".side h3");
  seen.call = await page.locator(".side").innerText();
  await check(page, "calls-light-1280");

  await tab(page, "Webhooks");
  await page.getByLabel("Event type").selectOption("customer.created");
  await page.getByRole("button", { name: "Trigger a sample" }).click();
  await page.getByRole("button", { name: "customer.created" }).first().click();
  await page.waitForSelector(".side h3");
  seen.attempt = await page.locator(".side").innerText();
  await page.getByRole("button", { name: "Resend" }).click();
  await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("Answered"));
  await check(page, "webhooks-light-1280");

  const dark = await open("dark", 1920);
  await dark.getByRole("button", { name: "Ledger" }).click();
  await dark.waitForSelector("table[aria-label=Ledger] tbody tr");
  await check(dark, "ledger-dark-1920");
  await tab(dark, "Faults");
  await dark.getByLabel("Operation").selectOption("CreateCustomer");
  await dark.getByRole("button", { name: "Add" }).click();
  await dark.waitForSelector("table[aria-label=Faults] tbody tr");
  await check(dark, "faults-dark-1920");
  await tab(dark, "Clock");
  await dark.getByRole("button", { name: "1 day" }).click();
  await dark.waitForFunction(() => document.getElementById("said").textContent.startsWith("Moved"));
  await check(dark, "clock-dark-1920");
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

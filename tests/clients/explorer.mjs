// GraphiQL in a real browser that can reach nothing but the gateway: node explorer.mjs URL [SCREENSHOT_FOLDER]
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [url, screenshots] = process.argv.slice(2);
const origin = new URL(url).origin;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
});
const seen = { outside: [], console: [], response: null, completed: null, hints: [], tabs: [], docs: false, policy: null };

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
// Of what is our own on the page: the editors and the tabs are GraphiQL's. Evaluated, so that its policy stays as it is.
async function faults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run([".graphiql-logo", "#calls"]));
  return violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.target.join(" ")}`));
}

async function open(colorScheme) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => {
    const target = request.url();
    if (!target.startsWith(origin) && !/^(data|blob):/.test(target)) seen.outside.push(target);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.console.push(message.text());
  });
  page.on("pageerror", (error) => seen.console.push(String(error)));
  const answer = await page.goto(url);
  seen.policy = answer.headers()["content-security-policy"];
  await page.waitForSelector(".graphiql-query-editor .CodeMirror");
  return page;
}

const answered = async (page) => {
  await page.waitForFunction(() => document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror.getValue());
  return JSON.parse(await page.evaluate(() => document.querySelector(".graphiql-response .CodeMirror").CodeMirror.getValue()));
};

try {
  const page = await open("light");
  seen.tabs = await page.locator(".graphiql-tab-button").allTextContents();
  seen.headers = await page.evaluate(() =>
    [...document.querySelectorAll(".graphiql-editor-tool .CodeMirror")].map((each) => each.CodeMirror.getValue()),
  );
  await page.locator(".graphiql-execute-button").click();
  seen.response = await answered(page);
  await page.waitForSelector("#calls tbody");
  seen.badges = await page.locator("#calls .badge").allTextContents();
  seen.calls = await page.locator("#calls tbody th[scope=row]").allTextContents();
  seen.faults = { light: await faults(page) };
  if (screenshots) await page.screenshot({ path: `${screenshots}/light.png` });

  // The schema is there once the documentation shows its root types.
  await page.locator('button[aria-label*="Documentation" i]').first().click();
  await page.waitForSelector(".graphiql-doc-explorer :text('Query')");
  seen.docs = true;
  if (screenshots) await page.screenshot({ path: `${screenshots}/docs.png` });

  await page.evaluate(() => {
    const editor = document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror;
    editor.setValue("{ custo }");
    editor.setCursor(0, 7);
    editor.focus();
  });
  await page.keyboard.press("Control+Space");
  await page.waitForSelector(".CodeMirror-hint");
  seen.hints = await page.locator(".CodeMirror-hint").allTextContents();
  await page.keyboard.press("Enter");
  seen.completed = await page.evaluate(() => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.getValue());

  const dark = await open("dark");
  await dark.locator(".graphiql-execute-button").click();
  await answered(dark);
  await dark.waitForSelector("#calls tbody");
  seen.faults.dark = await faults(dark);
  seen.dark = await dark.evaluate(() => getComputedStyle(document.querySelector(".graphiql-container")).backgroundColor);
  if (screenshots) await dark.screenshot({ path: `${screenshots}/dark.png` });
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

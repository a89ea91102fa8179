// GraphiQL in a real browser that can reach nothing but the gateway: node explorer.mjs URL URL_WITHOUT_TRACE [SCREENSHOT_FOLDER]
import { faultsOf, launch, newContext } from "./browser.mjs";

const [url, untraced, screenshots] = process.argv.slice(2);
const origins = [url, untraced].map((each) => new URL(each).origin);
const browser = await launch();
const seen = { outside: [], console: [], faults: [], response: null, completed: null, hints: [], tabs: [], docs: false, policy: null };

async function check(page, name) {
  seen.faults.push(...(await faultsOf(page)).map((each) => `${name} ${each}`));
  if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png` });
}

function watch(page) {
  page.on("request", (request) => {
    const target = request.url();
    if (!origins.some((each) => target.startsWith(each)) && !/^(data|blob):/.test(target)) seen.outside.push(target);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.console.push(message.text());
  });
  page.on("pageerror", (error) => seen.console.push(String(error)));
}

async function open(colorScheme, address = url) {
  const context = await newContext(browser, { colorScheme, viewport: { width: 1360, height: 860 } });
  context.on("page", watch);
  const page = await context.newPage();
  const answer = await page.goto(address);
  seen.policy = answer.headers()["content-security-policy"];
  await page.waitForSelector(".graphiql-query-editor .CodeMirror");
  return page;
}

const execute = (page) => page.locator(".graphiql-execute-button").click();
// A tab is gone to and run at once, faster than any person.
const executeTab = (page, name) =>
  page.evaluate(async (name) => {
    [...document.querySelectorAll(".graphiql-tab-button")].find((each) => each.textContent === name).click();
    await new Promise((rendered) => requestAnimationFrame(() => setTimeout(rendered)));
    document.querySelector(".graphiql-execute-button").click();
  }, name);
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
  await execute(page);
  seen.response = await answered(page);
  await page.waitForSelector("#calls tbody");
  seen.badges = await page.locator("#calls .badge").allTextContents();
  seen.calls = await page.locator("#calls tbody th[scope=row]").allTextContents();
  // The heads stay above what is scrolled.
  seen.heads = await page.locator("#calls thead th").first().evaluate((head) => getComputedStyle(head).backgroundColor);
  await check(page, "light");

  // The schema is there once the documentation shows its root types.
  await page.locator('button[aria-label*="Documentation" i]').first().click();
  await page.waitForSelector(".graphiql-doc-explorer :text('Query')");
  seen.docs = true;

  await page.evaluate(() => {
    const editor = document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror;
    editor.setValue("{ custo }");
    editor.setCursor(0, 7);
    editor.focus();
  });
  await page.keyboard.press("Control+Space");
  await page.waitForSelector(".CodeMirror-hints[aria-label=Completions]");
  seen.hints = await page.locator(".CodeMirror-hint").allTextContents();
  await page.keyboard.press("Enter");
  seen.completed = await page.evaluate(() => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.getValue());

  // Out of the editor by keyboard, and over the page to the switch of the waterfall.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  seen.left = await page.evaluate(() => !document.activeElement.matches(".graphiql-query-editor textarea"));
  await page.getByRole("button", { name: "Waterfall" }).focus();
  await page.keyboard.press("Enter");
  seen.closed = await page.locator("#waterfall").isHidden();
  await page.keyboard.press("Enter");
  seen.opened = await page.locator("#waterfall").isVisible();

  // A subscription here, and a write in a second window.
  await page.getByRole("button", { name: "Examples" }).click();
  await check(page, "docs-and-examples");
  seen.examples = await page.getByRole("menuitem").count();
  await page.getByRole("menuitem", { name: "NewCustomers" }).click();
  // Its tab is in view, and not behind what stands at the edge.
  await page.waitForFunction(() => {
    const tab = document.querySelector(".graphiql-tab-active .graphiql-tab-button");
    const { left, right, top } = tab.getBoundingClientRect();
    return tab.textContent === "NewCustomers" && [left + 5, right - 5].every((x) => document.elementFromPoint(x, top + 5) === tab);
  });
  // What runs is what is on show.
  await executeTab(page, "Program");
  seen.switched = await answered(page);
  await executeTab(page, "NewCustomers");
  await page.getByRole("link", { name: "second window" }).waitFor();
  // What runs in a tab ends when it is left by the menu: the other one runs at the first press.
  await page.getByRole("button", { name: "Examples" }).click();
  await page.getByRole("menuitem", { name: "Members" }).click();
  await execute(page);
  seen.afterMenu = await answered(page);
  await executeTab(page, "NewCustomers");
  // Stopped before there is an event, it does not wait for one any more.
  await page.getByRole("link", { name: "second window" }).waitFor();
  await execute(page);
  await page.getByRole("link", { name: "second window" }).waitFor({ state: "detached" });
  await execute(page);
  const opening = page.context().waitForEvent("page");
  await page.getByRole("link", { name: "second window" }).click();
  const second = await opening;
  await second.waitForSelector(".graphiql-query-editor .CodeMirror");
  const waiting = async () => /^gateway_subscribers\S* 1\.0$/m.test(await (await fetch(`${origins[0]}/metrics`)).text());
  while (!(await waiting()));
  await execute(second);
  await page.waitForSelector("#calls .badge:text('Event 1')");
  await page.waitForSelector("#calls tbody");
  seen.event = await answered(page);
  seen.eventCalls = await page.locator("#calls tbody th[scope=row]").allTextContents();

  // A subscription that is refused is an answer, and no message of the console.
  await execute(page);
  await page.evaluate(() => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.setValue("subscription NewCustomers { nothing }"));
  await execute(page);
  await page.waitForFunction(() => document.querySelector(".graphiql-response .CodeMirror").CodeMirror.getValue().includes("nothing"));

  // Headers that are refused are told at once: they are not sent again.
  seen.attempts = 0;
  page.on("websocket", () => (seen.attempts += 1));
  await page.evaluate(() => {
    document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.setValue("subscription NewCustomers { customerChanged { kind } }");
    [...document.querySelectorAll(".graphiql-editor-tool .CodeMirror")].at(-1).CodeMirror.setValue('{"Authorization": "nonsense"}');
  });
  await execute(page);
  await page.waitForFunction(() => document.querySelector(".graphiql-response .CodeMirror").CodeMirror.getValue().includes("4403"));

  const dark = await open("dark", untraced);
  await execute(dark);
  seen.untraced = Object.keys((await answered(dark)).data);
  seen.untracedBadges = await dark.locator("#calls .badge").allTextContents();
  seen.untracedCalls = await dark.locator("#waterfall").textContent();
  await check(dark, "dark");
  seen.dark = await dark.evaluate(() => getComputedStyle(document.querySelector(".graphiql-container")).backgroundColor);
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

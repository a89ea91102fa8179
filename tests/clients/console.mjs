// The emulator's page in a real browser that can reach nothing else: node console.mjs URL [SCREENSHOT_FOLDER]
import { faultsOf, launch, newPage } from "./browser.mjs";

const [url, screenshots] = process.argv.slice(2);
const browser = await launch();
const seen = { outside: [], console: [], faults: [], policy: null, refusals: 0 };

async function open() {
  const page = await newPage(browser, { colorScheme: "light", viewport: { width: 1280, height: 900 } });
  page.on("request", (request) => { if (!request.url().startsWith(url)) seen.outside.push(request.url()); });
  // A refusal is what a form shows; browsers put a line about it there that no page can keep away.
  page.on("console", (message) => (message.text().includes("status of 400") ? (seen.refusals += 1) : seen.console.push(message.text())));
  page.on("pageerror", (error) => seen.console.push(String(error)));
  seen.policy = (await page.goto(`${url}/`)).headers()["content-security-policy"];
  await page.waitForSelector("table[aria-label=Customers] tbody tr");
  return page;
}

async function check(page, name) {
  seen.faults.push(...(await faultsOf(page)).map((each) => `${name} ${each}`));
  if (screenshots) await page.screenshot({ path: `${screenshots}/${name}.png` });
}

const tab = (page, name) => page.getByRole("tab", { name }).click();

const send = (page) => page.locator("#editor-send").click();
const closed = (page) => page.waitForSelector("#editor:not([open])", { state: "attached" });
const kind = async (page, name) => {
  await page.locator(".kinds").getByRole("button", { name, exact: true }).click();
  await page.waitForSelector(`table[aria-label="${name}"] tbody tr`);
};

try {
  const page = await open();
  seen.links = await page.locator("#links a").evaluateAll((links) => links.map((each) => [each.textContent, each.href]));
  await page.locator("tbody button").first().click();
  await page.waitForSelector("table[aria-label='Custom attributes']");
  await check(page, "shop-light-1280");
  seen.unset = await page.getByRole("row", { name: "constructor" }).getByRole("button").allTextContents();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("Country").fill("Nowhere");
  await page.getByLabel("Note").fill("Written in the console");
  await send(page);
  await page.waitForSelector("#editor [aria-invalid]");
  seen.refused = await page.locator("#editor .line:has([aria-invalid]) .bad").innerText();
  await check(page, "customer-form-light-1280");
  await page.getByLabel("Country").fill("");
  await page.locator("#editor-switch").getByRole("button", { name: "JSON" }).click();
  seen.json = JSON.parse(await page.locator("#editor-text").inputValue());
  await page.locator("#editor-switch").getByRole("button", { name: "Fields" }).click();
  await send(page);
  await closed(page);
  await page.getByRole("button", { name: "Set Roasts" }).or(page.getByRole("button", { name: "Edit Roasts" })).click();
  for (const each of ["Light", "Medium", "Dark", "Decaf"]) await page.getByLabel(each).setChecked(each === "Decaf");
  await send(page);
  await closed(page);
  seen.roasts = await page.getByRole("row", { name: "Roasts" }).locator("td").nth(1).filter({ hasText: /^Decaf$/ }).innerText();

  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1920, height: 900 });
  await kind(page, "Loyalty accounts");
  await page.locator("table[aria-label='Loyalty accounts'] tbody button").first().click();
  await page.getByRole("button", { name: "Adjust points" }).click();
  await page.getByRole("textbox", { name: "Points" }).fill("7");
  await page.keyboard.press("Enter");
  await page.waitForSelector("table[aria-label='Ledger of the account'] td[title='7']");
  await kind(page, "Promotions");
  await page.getByRole("button", { name: "Create a promotion" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Console");
  await page.getByLabel("From").fill("2090-01-02");
  await page.getByLabel("Repeats").selectOption("WEEKLY");
  await page.getByLabel("Tue").check();
  await check(page, "promotion-form-dark-1920");
  await send(page);
  await page.getByRole("button", { name: "Console" }).click();
  await page.getByRole("button", { name: "Cancel promotion" }).click();
  await page.locator("#question-yes").click();
  await page.waitForSelector("td[title=CANCELED]");

  // By keyboard from here to the next tab.
  await page.getByRole("tab", { name: "Shop" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector("table[aria-label='REST calls'] tbody tr");
  await page.locator("tbody button").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector(".side h3");
  await page.keyboard.press("ArrowRight");
  seen.focused = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  seen.call = await page.locator(".side").innerText();
  await check(page, "calls-dark-1920");

  await tab(page, "Webhooks");
  await page.getByLabel("Event type").selectOption("customer.created");
  await page.getByRole("button", { name: "Trigger a sample" }).click();
  await page.getByRole("button", { name: "customer.created" }).first().click();
  await page.getByRole("button", { name: "Make it happen" }).click();
  await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("Done: customer"));
  await page.getByText("What goes wrong with notifications").click();
  await page.getByLabel("Twice").fill("0.5");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page.waitForSelector(".side h3");
  seen.attempt = await page.locator(".side").innerText();
  await page.getByRole("button", { name: "Resend" }).click();
  await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("Answered"));
  await check(page, "webhooks-dark-1920");

  await tab(page, "Faults");
  await page.getByLabel("Operation").selectOption("CreateCustomer");
  for (const name of ["status", "latency"]) {
    await page.getByLabel("Kind").selectOption(name);
    await page.getByRole("button", { name: "Add" }).click();
    await page.waitForSelector(`[aria-label="Remove ${name === "status" ? "Error status" : "Slow answer"} of CreateCustomer"]`);
  }
  await page.getByRole("button", { name: "Remove Error status" }).click();
  await page.waitForFunction(() => document.querySelectorAll("table[aria-label=Faults] tbody tr").length === 1);
  await check(page, "faults-dark-1920");
  await tab(page, "Clock");
  await page.getByRole("button", { name: "1 day" }).click();
  await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("Moved"));
  await check(page, "clock-dark-1920");
  // A group that is added in a fork is in no other shop, and is gone with a snapshot from before.
  await tab(page, "Forks");
  await page.getByRole("button", { name: "Fork this shop" }).click();
  // By keyboard, which goes on from what is shown then.
  await page.getByRole("button", { name: "Look at" }).press("Enter");
  await page.getByRole("button", { name: "Look at" }).and(page.locator(":disabled")).waitFor();
  await page.locator("#panel:focus").waitFor();
  await check(page, "forks-dark-1920");
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save to a file" }).click()]);
  await tab(page, "Shop");
  await kind(page, "Groups");
  await page.getByRole("button", { name: "Add a group" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Of the fork");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Of the fork" }).waitFor();
  await tab(page, "Forks");
  await page.getByLabel("Snapshot file").setInputFiles(await saved.path());
  await page.getByRole("button", { name: "Load", exact: true }).click();
  await page.locator("#question-yes").click();
  await page.waitForFunction(() => document.getElementById("said").textContent.startsWith("Loaded"));
  await tab(page, "Shop");
  await kind(page, "Groups");
  seen.forked = await page.getByRole("button", { name: "Of the fork" }).count();
  seen.shop = await page.locator("#shop").inputValue();
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

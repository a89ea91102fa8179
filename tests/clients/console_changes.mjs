// What changes while the emulator's page is looked at, which has 80 customers: node console_changes.mjs URL GATEWAY
// GATEWAY is the command by which one more emulator is started, twice.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { launch, newPage } from "./browser.mjs";

const [url, gateway] = process.argv.slice(2);
const browser = await launch("MAP square.example 127.0.0.1");
const seen = {};
const customers = "table[aria-label=Customers] tbody";

async function open(address, width = 1280) {
  const page = await newPage(browser, { viewport: { width, height: 900 } });
  await page.goto(address);
  return page;
}

const said = (page, text) => page.waitForFunction((start) => document.getElementById("said").textContent.startsWith(start), text);

// What was begun in a fork that is gone then does nothing in another shop.
async function forks() {
  const page = await open(`${url}/`);
  const begin = async (question, start) => {
    const made = await page.evaluate(async () => (await (await fetch("/_emulator/forks", { method: "POST" })).json()).fork.id);
    await page.locator(`#shop option[value=${made}]`).waitFor({ state: "attached" });
    await page.locator("#shop").selectOption(made);
    await page.waitForSelector(`${customers} button`);
    await page.getByRole("button", { name: "Ann Example", exact: true }).click();
    await page.getByRole("button", { name: start, exact: true }).first().click();
    await page.waitForSelector(`${question}[open]`);
    await page.evaluate((id) => fetch(`/_emulator/forks/${id}`, { method: "DELETE" }), made);
    await said(page, "The fork is gone");
    return page.locator(`${question}[open]`).count();
  };
  seen.forms = [await begin("#editor", "Edit"), await begin("#question", "Delete")];
  seen.shop = await page.locator("#shop").inputValue();
}

// Of a fork that is looked at an answer from before it was made says nothing, however late it comes.
async function overtaken() {
  const page = await open(`${url}/`);
  await page.waitForSelector(`${customers} button`);
  const look = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  let letGo;
  const held = new Promise((resolve) => { letGo = resolve; });
  const answered = new Promise((resolve) => {
    page.route("**/_emulator/forks", async (route) => {
      const answer = await route.fetch();
      resolve();
      await held;
      await route.fulfill({ response: answer });
    }, { times: 1 }).then(look);
  });
  await answered;
  const made = await page.evaluate(async () => (await (await fetch("/_emulator/forks", { method: "POST" })).json()).fork.id);
  await look();
  await page.locator(`#shop option[value=${made}]`).waitFor({ state: "attached" });
  await page.locator("#shop").selectOption(made);
  await page.waitForSelector(`${customers} button`);
  // The time is asked for once the forks are known.
  const after = page.waitForRequest("**/_emulator/clock");
  letGo();
  await after;
  seen.looked = (await page.locator("#shop").inputValue()) === made;
  await page.evaluate((id) => fetch(`/_emulator/forks/${id}`, { method: "DELETE" }), made);
  await page.close();
}

// A customer is shown in a group, however many there are.
async function groups() {
  const page = await open(`${url}/`);
  await page.getByRole("button", { name: "Ann Example", exact: true }).click();
  await page.locator(".chips li", { hasText: "The last of many" }).waitFor();
}

// A double click goes on by one page.
async function pages() {
  const page = await open(`${url}/`);
  const first = () => page.locator(`${customers} button`).first().innerText();
  await page.waitForSelector(`${customers} button`);
  const before = await first();
  await page.getByRole("button", { name: "Next" }).dblclick();
  await page.waitForFunction((name) => document.querySelector("table[aria-label=Customers] tbody button")?.textContent !== name, before);
  await page.getByRole("button", { name: "Back" }).click();
  await page.waitForFunction((name) => document.querySelector("table[aria-label=Customers] tbody button")?.textContent === name, before);
  seen.back = await page.getByRole("button", { name: "Back" }).isDisabled();
  // Of this name nothing can be seen.
  const blank = await page.evaluate(async () => {
    const answer = await fetch("/v2/customers", { method: "POST", headers: { Authorization: "Bearer test-token" }, body: JSON.stringify({ given_name: "   " }) });
    return (await answer.json()).customer.id;
  });
  await page.reload();
  await page.getByRole("button", { name: blank }).click();
  await page.waitForSelector(".side h3");
}

// What is written for the next search is no part of this one.
async function searches() {
  const page = await open(`${url}/`);
  await page.waitForSelector(`${customers} button`);
  const before = await page.locator(`${customers} tr`).first().getAttribute("data-id");
  await page.getByLabel("E-mail contains").fill("nobody");
  await page.getByRole("button", { name: "Next" }).click();
  await page.waitForFunction((id) => document.querySelector("table[aria-label=Customers] tbody tr").dataset.id !== id, before);
  await page.getByLabel("E-mail contains").press("Enter");
  await page.getByText("Nothing matches.").waitFor();
}

// JSON that the fields cannot show stays as it was written, and a text that is no number is sent as it is.
async function misfits() {
  const page = await open(`${url}/`);
  const mode = (name) => page.locator("#editor-switch").getByRole("button", { name }).click();
  await page.getByRole("button", { name: "Add a customer" }).click();
  await mode("JSON");
  seen.misfits = [];
  for (const text of ["null", '"Ann"', '{"address": "here"}', '{"given_name": {"first": "Ann"}}']) {
    await page.locator("#editor-text").fill(text);
    await mode("Fields");
    await page.waitForFunction(() => document.getElementById("editor-error").textContent.startsWith("The fields cannot show"));
    seen.misfits.push(await page.locator("#editor-text").inputValue());
  }
  await page.locator("#editor-text").fill('{"given_name": "Jason"}');
  await mode("Fields");
  seen.fits = await page.getByLabel("Given name").inputValue();
  await page.keyboard.press("Escape");
  await page.goto(`${url}/#clock`);
  await page.getByLabel("Seconds").fill("Infinity");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await said(page, "BAD_REQUEST: Expected a number");
}

// Where the window is narrow, no button of a table is cut off: all of its columns are there to be scrolled to.
async function narrow() {
  const cut = (page) => page.locator("td button").evaluateAll((buttons) => buttons.filter((each) => {
    const { right, width } = each.getBoundingClientRect();
    return width < 20 || right > each.closest("td").getBoundingClientRect().right;
  }).length);
  const page = await open(`${url}/#copies`, 640);
  await page.getByRole("button", { name: "Fork this shop" }).click();
  await page.getByRole("button", { name: "Delete fork" }).waitFor();
  seen.cut = [await cut(page)];
  await page.setViewportSize({ width: 360, height: 700 });
  await page.goto(`${url}/#calls`);
  await page.locator("table[aria-label='REST calls'] tbody button").first().waitFor();
  seen.cut.push(await cut(page));
}

// Calls that come leave the page where it was scrolled to.
async function scrolled() {
  const page = await open(`${url}/#calls`);
  await page.locator("tbody button").first().click();
  const call = () => page.evaluate(() => fetch("/v2/customers/groups?limit=1", { headers: { Authorization: "Bearer test-token" } }));
  await page.evaluate(() => scrollTo(0, 1000));
  await call();
  await page.waitForSelector("tbody tr:first-child td[title='GET /v2/customers/groups']");
  seen.scrolled = await page.evaluate(() => scrollY > 500);
}

// By plain HTTP from another machine a page has less than on this one.
async function remote() {
  const page = await open(`${url.replace("127.0.0.1", "square.example")}/`);
  seen.secure = await page.evaluate(() => isSecureContext);
  await page.getByRole("button", { name: "Add a customer" }).click();
  await page.getByLabel("Given name").fill("Remote");
  await page.keyboard.press("Enter");
  await said(page, "The customer was added");
}

async function start(port) {
  const emulator = spawn(gateway, ["emulator", "--seed", "empty", "--port", port]);
  const [line] = await once(emulator.stdout, "data");
  return { emulator, address: /http:\S+/.exec(String(line))[0] };
}

// An emulator that was started again while nobody looked shows its own calls, not those of the one before.
async function restarted() {
  const first = await start("0");
  let second;
  try {
    const page = await open(`${first.address}/#calls`);
    const call = (path) => fetch(`${first.address}${path}`, { headers: { Authorization: "Bearer test-token" } });
    await call("/v2/customers");
    await call("/v2/customers");
    await page.locator("tbody tr").nth(1).waitFor();
    await page.evaluate(() => Object.defineProperty(document, "hidden", { get: () => true, configurable: true }));
    first.emulator.kill("SIGTERM");
    await once(first.emulator, "exit");
    second = await start(new URL(first.address).port);
    await call("/v2/customers/groups");
    await page.evaluate(() => { delete document.hidden; document.dispatchEvent(new Event("visibilitychange")); });
    await page.getByRole("button", { name: "ListCustomerGroups" }).waitFor();
    seen.restarted = await page.locator("tbody tr").count();
    second.emulator.kill("SIGTERM");
    await said(page, "The emulator does not answer. Once one does at this address,");
  } finally {
    first.emulator.kill("SIGTERM");
    second?.emulator.kill("SIGTERM");
  }
}

try {
  for (const each of [forks, overtaken, groups, pages, searches, misfits, scrolled, narrow, remote, restarted]) await each();
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

// GraphiQL when no answer comes, and when its socket is cut while a subscription runs: node unanswered.mjs URL
import { launch, newPage } from "./browser.mjs";

const [url] = process.argv.slice(2);
const { origin } = new URL(url);
const browser = await launch();
const seen = {};

const execute = (page) => page.locator(".graphiql-execute-button").click();
const answer = (page) => page.evaluate(() => document.querySelector(".graphiql-response .CodeMirror").CodeMirror.getValue());
const shows = (page, text) =>
  page.waitForFunction((expected) => document.querySelector(".graphiql-response .CodeMirror")?.CodeMirror.getValue().includes(expected), text);
const write = (page, text) =>
  page.evaluate((query) => document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror.setValue(query), text);

try {
  const page = await newPage(browser, { viewport: { width: 390, height: 860 } });
  // The second connection leads to where there is none, as while a gateway restarts.
  await page.addInitScript(() => {
    const { WebSocket } = window;
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
      constructor(address, protocols) {
        super(window.sockets.length === 1 ? new URL("/nowhere", address) : address, protocols);
        window.sockets.push(this);
      }
    };
  });
  await page.goto(url);
  await page.waitForSelector(".graphiql-query-editor .CodeMirror");
  await execute(page);
  await page.waitForSelector("#calls .badge");
  seen.wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

  seen.unanswered = [];
  for (const broken of [(route) => route.abort(), (route) => route.fulfill({ status: 502, contentType: "text/html", body: "<b>Bad gateway</b>" })]) {
    await page.route("**/graphql", broken);
    await write(page, `{ __typename } # ${seen.unanswered.length}`);
    await execute(page);
    await page.waitForSelector("#calls .cost:not(:has(.badge))");
    await shows(page, "No answer came");
    seen.unanswered.push([Object.keys(JSON.parse(await answer(page)).errors[0]), await page.locator("#calls .cost").textContent()]);
    await page.unroute("**/graphql", broken);
    await execute(page);
    await shows(page, "__typename");
    await page.waitForSelector("#calls .badge");
  }

  await write(page, "subscription { customerChanged { customer { givenName } } }");
  await page.waitForFunction(() => {
    const { operations } = document.querySelector(".graphiql-query-editor .CodeMirror").CodeMirror;
    return operations?.[0]?.operation === "subscription";
  });
  await execute(page);
  const followed = async () => /^gateway_subscribers\S* 1\.0$/m.test(await (await fetch(`${origin}/metrics`)).text());
  while (!(await followed()));
  await page.evaluate(() => window.sockets[0].close(4999, "cut"));
  await page.waitForFunction(() => window.sockets.length === 3 && window.sockets[2].readyState === WebSocket.OPEN);
  const query = 'mutation { createCustomer(input: { givenName: "Ada" }) { idempotencyKey } }';
  const headers = { "content-type": "application/json", authorization: "Bearer test-token" };
  const request = { method: "POST", headers, body: JSON.stringify({ query }) };
  // Until the subscription runs again, nobody is told.
  while (!(await answer(page)).includes("Ada")) await fetch(url, request);
  seen.goesOn = true;
  console.log(JSON.stringify(seen));
} finally {
  await browser.close();
}

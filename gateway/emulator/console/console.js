// The page: tabs, the seller, and the clock in the header.
import { $, el, goOnFrom, say, send, state } from "./common.js";
import { calls } from "./parts/calls.js";
import { clock, showClock } from "./parts/clock.js";
import { copies } from "./parts/copies.js";
import { faults } from "./parts/faults.js";
import { shop } from "./parts/shop.js";
import { webhooks } from "./parts/webhooks.js";
import { listShops, whenChosen } from "./shops.js";

const TABS = { shop: ["Shop", shop], calls: ["REST calls", calls], webhooks: ["Webhooks", webhooks], faults: ["Faults", faults], clock: ["Clock", clock], copies: ["Forks and snapshots", copies] };
const names = Object.keys(TABS), ABOUT = "/_emulator/console/about";

async function show() {
  const name = names.includes(location.hash.slice(1)) ? location.hash.slice(1) : names[0];
  for (const each of $("tabs").children) {
    const chosen = each.id === `tab-${name}`;
    each.setAttribute("aria-selected", String(chosen));
    each.tabIndex = chosen ? 0 : -1;
  }
  $("panel").setAttribute("aria-labelledby", `tab-${name}`);
  // What an earlier part still waits for comes too late for this one.
  const part = el("div");
  $("panel").replaceChildren(part);
  try { say(""); await TABS[name][1](part, state.about); } catch (error) { say(error.message, { bad: true }); }
}

function onkeydown(event) {
  const at = [...$("tabs").children].indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const next = $("tabs").children[(to + names.length) % names.length];
  next.focus();
  next.click();
}

// After a restart nothing that is shown is known to be so any more, and ids begin again.
async function tick() {
  if (document.hidden) return;
  try {
    if ((await send("GET", ABOUT)).started !== state.about.started) location.reload();
    await listShops(); await showClock();
  } catch (error) { say(error.message, { bad: true }); }
}

state.about = await send("GET", ABOUT);
[state.seller] = state.about.sellers;
$("seller").append(...state.about.sellers.map((each) => el("option", { value: each.id }, each.name)));
$("seller").addEventListener("change", (event) => { state.seller = state.about.sellers.find((each) => each.id === event.target.value); show(); });
$("links").append(...state.about.links.map((each) => el("a", { href: each.url }, each.name)));
$("editor-cancel").addEventListener("click", () => $("editor").close());
$("tabs").append(...names.map((name) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "panel", onclick: () => { location.hash = name; }, onkeydown }, TABS[name][0])));
window.addEventListener("hashchange", show);
whenChosen(async () => { await Promise.all([showClock(), show()]); goOnFrom($("panel")); });
await Promise.all([showClock(), show(), listShops()]);
setInterval(tick, 5000);
document.addEventListener("visibilitychange", tick);

// The page: tabs, the seller, and the clock in the header.
import { $, el, say, send, state } from "./common.js";
import { shop } from "./shop.js";
import { clock, faults, showClock } from "./switches.js";
import { calls, webhooks } from "./traffic.js";

const TABS = { shop: ["Shop", shop], calls: ["REST calls", calls], webhooks: ["Webhooks", webhooks], faults: ["Faults", faults], clock: ["Clock", clock] };
const names = Object.keys(TABS);

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
  try { say(""); await TABS[name][1](part, state.about); } catch (error) { say(error.message); }
}

function onkeydown(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = $("tabs").children[([...$("tabs").children].indexOf(event.target) + step + names.length) % names.length];
  next.focus();
  next.click();
}

state.about = await send("GET", "/_emulator/console/about");
[state.seller] = state.about.sellers;
$("seller").append(...state.about.sellers.map((each) => el("option", { value: each.id }, each.name)));
$("seller").addEventListener("change", (event) => { state.seller = state.about.sellers.find((each) => each.id === event.target.value); show(); });
$("tabs").append(...names.map((name) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "panel", onclick: () => { location.hash = name; }, onkeydown }, TABS[name][0])));
window.addEventListener("hashchange", show);
await Promise.all([showClock(), show()]);
setInterval(() => { if (!document.hidden) showClock().catch((error) => say(error.message)); }, 5000);

// What goes wrong on purpose with notifications: the share that is lost, late, twice, out of order or out of date.
import { bar, button, el, field, numeric, quiet, say, send, submitting } from "../common.js";

const PATH = "/_emulator/webhooks";
const FIELDS = { drop: "Lost (0 to 1)", duplicate: "Twice", delay: "Late", delay_seconds: "Late by (seconds)", reorder: "Out of order", stale: "Out of date as well", time_scale: "Time to a retry (×)", timeout: "Time-out (seconds)" };

export async function disturbances() {
  const counts = quiet("");
  const inputs = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, el("input", { type: "text", inputmode: "decimal", size: "8" })]));
  const show = (now) => {
    for (const [name, input] of Object.entries(inputs)) input.value = String(now[name]);
    counts.textContent = `Of the latest deliveries, ${now.delivered} arrived, ${now.dropped} were dropped, and ${now.pending} wait.`;
  };
  const set = async () => {
    const given = Object.entries(inputs).map(([name, input]) => [name, numeric(input)]);
    show(await send("PUT", PATH, Object.fromEntries(given)));
    say("Set, for events from now on.");
  };
  const clear = async () => { show(await send("DELETE", PATH)); say("Notifications arrive as they should."); };
  const now = await send("GET", PATH);
  show(now);
  // Out of the way while all goes as it should.
  const open = ["drop", "duplicate", "delay", "reorder", "stale"].some((name) => now[name] > 0);
  return el("details", { class: "card", open }, el("summary", {}, el("h2", {}, "What goes wrong with notifications")),
    quiet("Shares of the notifications, from 0 to 1. Square promises neither order nor that one comes once."),
    el("form", { onsubmit: submitting(set) }, bar(...Object.entries(FIELDS).map(([name, text]) => field(text, inputs[name]))), bar(el("button", {}, "Set"), button("Clear", clear, { class: "danger" }))), counts);
}

// The emulator's clock: what it says, and moving it forward.
import { $, bar, button, card, el, field, follow, numeric, quiet, say, send, submitting, time } from "../common.js";

const PATH = "/_emulator/clock";
const STEPS = [["1 minute", 60], ["1 hour", 3600], ["1 day", 86400], ["7 days", 604800], ["30 days", 2592000], ["1 year", 31536000]];

export async function showClock() {
  const { now } = await send("GET", PATH);
  $("clock").textContent = `${time(now)} UTC`;
  return now;
}

function ahead(now) {
  const seconds = Math.round((new Date(now) - Date.now()) / 1000);
  if (seconds < 2) return "The same as this machine's.";
  const days = Math.floor(seconds / 86400), hours = Math.floor(seconds / 3600) % 24, minutes = Math.floor(seconds / 60) % 60;
  return `Ahead of this machine's by ${days ? `${days} d ` : ""}${hours} h ${minutes} min ${seconds % 60} s.`;
}

export async function clock(panel) {
  const seconds = el("input", { type: "text", inputmode: "decimal", value: "90" }), day = el("input", { type: "datetime-local", step: "1" });
  const big = el("p", { class: "big" }), apart = quiet("");
  const show = async () => {
    const now = await showClock();
    big.textContent = `${time(now)} UTC`;
    apart.textContent = ahead(now);
    return now;
  };
  const move = async (by) => {
    await send("POST", PATH, { advance_seconds: by });
    await show();
    say("Moved. It never goes back.");
  };
  const until = async () => {
    const wanted = Date.parse(`${day.value}Z`), now = Date.parse(await show());
    if (!(wanted > now)) throw new Error("Choose a moment that is later than the clock's: it never goes back.");
    await move((wanted - now) / 1000);
  };
  panel.replaceChildren(el("div", { class: "pair" },
    card("The emulator's time", big, apart),
    card("Move it forward", bar(...STEPS.map(([text, by]) => button(text, () => move(by)))),
      el("form", { class: "bar", onsubmit: submitting(() => move(numeric(seconds))) }, field("Seconds", seconds), el("button", {}, "Move")),
      el("form", { class: "bar", onsubmit: submitting(until) }, field("To a moment (UTC)", day), el("button", {}, "Move there")),
      quiet("Points expire, promotions begin and end, tokens run out, and notifications that wait are sent."))));
  await follow(big, show);
}

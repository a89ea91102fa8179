// What goes wrong on purpose, and the clock.
import { $, button, choice, el, field, say, send, table, time } from "./common.js";

const PATH = "/_emulator/faults";

export async function faults(panel, about) {
  const now = await send("GET", PATH);
  const number = (value, attributes = {}) => el("input", { type: "number", min: "0", value: String(value), ...attributes });
  const kind = choice(about.kinds), operation = choice(["*", ...about.operations]), count = number("", { placeholder: "no end" });
  const status = choice(about.statuses), wait = number(500), share = number(1, { max: "1", step: "0.05" }), lag = number(now.lag, { step: "0.1" }), page = number(now.page ?? "", { min: "1", placeholder: "no limit" });
  const put = async (list) => {
    const { count: _, ...rest } = { ...now, lag: Number(lag.value), page: page.value ? Number(page.value) : null };
    await send("PUT", PATH, { ...rest, faults: list });
    await faults(panel, about);
    say("Set.");
  };
  const made = () => ({ kind: kind.value, operation: operation.value, probability: Number(share.value), count: count.value ? Number(count.value) : null,
    ...(kind.value === "status" && { status: Number(status.value) }), ...(kind.value === "latency" && { milliseconds: Number(wait.value) }) });
  panel.replaceChildren(
    el("section", { class: "card" }, el("h2", {}, "Add a fault"), el("form", { class: "bar" }, field("Kind", kind), field("Operation", operation), field("Status", status), field("Milliseconds", wait),
      field("Times", count), field("Probability", share), button("Add", () => put([...now.faults, made()]), { class: "first" }))),
    el("section", { class: "card" }, el("h2", {}, "Faults"),
      now.faults.length ? table("Faults", [["Kind", (each) => each.kind], ["Operation", (each) => each.operation], ["Status", (each) => (each.kind === "status" ? each.status : null)], ["Milliseconds", (each) => (each.kind === "latency" ? each.milliseconds : null)], ["Times left", (each) => each.count ?? "no end"], ["Probability", (each) => each.probability]], now.faults)
        : el("p", { class: "quiet" }, "Nothing goes wrong."),
      el("form", { class: "bar" }, field("Lists lag behind writes (seconds)", lag), field("Most items of a page", page), button("Set", () => put(now.faults)), button("Clear all", async () => { await send("DELETE", PATH); await faults(panel, about); say("Nothing goes wrong any more."); }))));
}

export async function showClock() {
  $("clock").textContent = `${time((await send("GET", "/_emulator/clock")).now)} UTC`;
}

export async function clock(panel) {
  const seconds = el("input", { type: "number", min: "1", value: "60" });
  const move = async (by) => { await send("POST", "/_emulator/clock", { advance_seconds: by }); await showClock(); say("Moved. It never goes back."); };
  panel.replaceChildren(
    el("section", { class: "card" }, el("h2", {}, "Move the clock forward"),
      el("div", { class: "bar" }, ...[["1 hour", 3600], ["1 day", 86400], ["30 days", 2592000], ["1 year", 31536000]].map(([text, by]) => button(text, () => move(by)))),
      el("form", { class: "bar" }, field("Seconds", seconds), button("Move", () => move(Number(seconds.value)), { class: "first" })),
      el("p", { class: "quiet" }, "Points expire, promotions begin and end, and notifications that wait are sent.")));
}

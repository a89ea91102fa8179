// What goes wrong on purpose with answers: each fault by itself, and how lists and pages behave.
import { bar, button, card, choice, el, field, follow, numeric, quiet, say, send, submitting } from "../common.js";
import { table } from "../views.js";

const PATH = "/_emulator/faults";
const KINDS = {
  latency: ["Slow answer", "The answer comes late."],
  status: ["Error status", "Refused with this status; nothing is carried out."],
  reset_before: ["Connection cut before", "Cut before anything is carried out."],
  reset_after: ["Connection cut after", "Carried out, and cut before the answer."],
  truncated: ["Answer cut short", "Carried out, and the answer ends in the middle."],
};
const title = (kind) => KINDS[kind]?.[0] ?? kind;
const what = (each) => ({ status: `${each.status}${each.retry_after ? `, Retry-After: ${each.retry_after}` : ""}`, latency: `${each.milliseconds} ms` })[each.kind] ?? "";
const number = (value, attributes = {}) => el("input", { type: "text", inputmode: "decimal", size: "9", value: String(value), ...attributes });
const same = (one, other) => Object.keys(one).every((name) => name === "count" || one[name] === other[name]);

export async function faults(panel, about) {
  const list = el("div", {}), explained = quiet("");
  const kind = choice(about.kinds.map((each) => [each, title(each)])), operation = choice([["*", "Every operation"], ...about.operations]);
  const status = choice(about.statuses), retry = number("", { placeholder: "none" }), wait = number(500), count = number("", { placeholder: "no end" }), share = number(1);
  const own = { status: [field("Status", status), field("Retry-After", retry)], latency: [field("Milliseconds", wait)] };
  const show = () => {
    for (const [name, fields] of Object.entries(own)) for (const each of fields) each.hidden = kind.value !== name;
    explained.textContent = KINDS[kind.value]?.[1] ?? "";
  };
  kind.addEventListener("change", show);
  show();
  let drawn = "";
  const draw = (now) => {
    if (JSON.stringify(now.faults) === drawn) return;
    drawn = JSON.stringify(now.faults);
    list.replaceChildren(now.faults.length ? table("Faults", [
      ["Kind", (each) => title(each.kind)], ["Operation", (each) => (each.operation === "*" ? "Every operation" : each.operation)], ["What", what],
      ["Times left", (each) => each.count ?? "no end"], ["Share", (each) => `${Math.round(each.probability * 1000) / 10} %`],
      ["Change", (each) => button("Remove", () => remove(each), { class: "small", "aria-label": `Remove ${title(each.kind)} of ${each.operation}` })],
    ], now.faults) : quiet("Nothing goes wrong."));
  };
  // What others have set meanwhile stays: the list is read just before it is written.
  const change = async (turn, done) => {
    const now = await send("GET", PATH);
    draw(await send("PUT", PATH, { ...now, ...turn(now) }));
    say(done);
  };
  const remove = async (fault) => {
    await change((now) => {
      const at = now.faults.findIndex((each) => same(fault, each));
      return { faults: now.faults.filter((_, index) => index !== at) };
    }, "Removed.");
    (list.querySelector("button") ?? panel.querySelector("button.danger")).focus();
  };
  const add = () => change((now) => ({ faults: [...now.faults, { kind: kind.value, operation: operation.value, probability: numeric(share) ?? 1, count: numeric(count),
    ...(kind.value === "status" && { status: Number(status.value), retry_after: retry.value.trim() || null }), ...(kind.value === "latency" && { milliseconds: numeric(wait) ?? 0 }) }] }), "Added.");
  const now = await send("GET", PATH);
  const lag = number(now.lag), page = number(now.page ?? "", { placeholder: "no limit" }), definitions = el("input", { type: "checkbox", checked: now.definitions });
  const clear = async () => {
    const none = await send("DELETE", PATH);
    [lag.value, page.value, definitions.checked] = [none.lag, none.page ?? "", none.definitions];
    draw(none);
    say("Nothing goes wrong any more.");
  };
  panel.replaceChildren(
    card("Add a fault", el("form", { class: "bar", onsubmit: submitting(add) }, field("Kind", kind), field("Operation", operation), ...own.status, ...own.latency,
      field("Times", count), field("Probability (0 to 1)", share), el("button", { class: "first" }, "Add")), explained),
    card("What goes wrong", list, bar(button("Clear all", clear, { class: "danger" }))),
    card("Lists and pages", el("form", { class: "bar", onsubmit: submitting(() => change(() => ({ lag: numeric(lag) ?? 0, page: numeric(page), definitions: definitions.checked }), "Set.")) },
      field("Lists lag behind writes (seconds)", lag), field("Most items of a page", page), el("label", { class: "check" }, definitions, "Attributes bring their definitions"), el("button", {}, "Set"))));
  draw(now);
  await follow(list, async () => draw(await send("GET", PATH)));
}

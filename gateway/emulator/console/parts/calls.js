// The REST calls as they come, each with its request and its answer.
import { bar, button, el, follow, hour, pretty, quiet, send, side, token } from "../common.js";
import { badge, redraw, table } from "../views.js";

// As many as the emulator keeps.
const KEPT = 500;
const parsed = (text) => { try { return JSON.parse(text); } catch { return text; } };
const status = (each) => badge(each.status ?? "cut", each.status === 200);

export async function calls(panel) {
  const rows = el("div", {}), aside = side("Chosen call", "Choose a call to see its request and its answer.");
  const filter = el("input", { type: "search", size: "30", placeholder: "Operation, path or status", "aria-label": "Show only", oninput: () => draw() });
  const number = el("span", { class: "quiet" });
  let latest = 0, kept = [], chosen = null;
  const detail = async ({ id }) => {
    chosen = id;
    const each = await send("GET", `/_emulator/exchanges/${id}`);
    aside.replaceChildren(el("h2", {}, each.operation), el("p", {}, el("code", {}, `${each.method} ${each.path}${each.query && `?${each.query}`}`)),
      el("p", {}, status(each), el("span", { class: "quiet" }, ` ${each.milliseconds} ms, ${each.size} bytes`)),
      el("h3", {}, "Request"), each.body === null ? quiet("No body") : pretty(each.body),
      el("h3", {}, `Answer: ${each.status ?? "cut"}`), each.answer ? pretty(parsed(each.answer)) : quiet("Nothing"));
  };
  const columns = [["Operation", (each) => each.operation], ["Status", status], ["ms", (each) => each.milliseconds], ["Path", (each) => `${each.method} ${each.path}`], ["Time", (each) => hour(each.began)]];
  const empty = () => (kept.length ? quiet("Nothing matches.") : el("div", { class: "empty" }, el("h2", {}, "No calls yet"),
    quiet("They show up here as they come: send a query to the gateway, use one of Square's SDKs, or try"),
    pretty(`curl -H 'Authorization: Bearer ${token()}' ${location.origin}/v2/customers`)));
  const draw = () => {
    const wanted = filter.value.trim().toLowerCase();
    const found = kept.filter((each) => `${each.operation} ${each.path} ${each.status ?? "cut"}`.toLowerCase().includes(wanted));
    number.textContent = kept.length ? `${found.length} of the latest ${kept.length}` : "";
    redraw(rows, found.length ? table("REST calls", columns, found, detail, (each) => each.id === chosen) : empty());
  };
  const forget = async () => { await send("DELETE", "/_emulator/calls"); kept = []; draw(); };
  panel.replaceChildren(el("div", { class: "columns" },
    el("section", { class: "card", "aria-label": "Latest calls" }, bar(filter, button("Forget all", forget), number), rows), aside));
  draw();
  await follow(rows, async () => {
    const { exchanges } = await send("GET", `/_emulator/exchanges?after=${latest}`);
    if (!exchanges.length) return;
    latest = exchanges[0].id;
    kept = [...exchanges, ...kept].slice(0, KEPT);
    draw();
  });
}

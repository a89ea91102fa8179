// The shop: lists of a seller's records, and the chosen one with what may be done to it.
import { bar, button, el, field, goOnFrom, quiet, say, send, side, submitting } from "../common.js";
import { confirmed, edit } from "../editor.js";
import { customers } from "../records/customers.js";
import { definitions } from "../records/definitions.js";
import { groups } from "../records/groups.js";
import { accounts, ledger } from "../records/loyalty.js";
import { promotions } from "../records/promotions.js";
import { rewards } from "../records/rewards.js";
import { record, table } from "../views.js";

// A kind: { rows, search, list(cursor, text), one(id), columns, adding, add(), actions(each), sections(each, again), empty }.
const KINDS = { Customers: customers, Groups: groups, "Loyalty accounts": accounts, Rewards: rewards, Ledger: ledger, Promotions: promotions, Definitions: definitions };
let shown = "Customers";

// The kinds of records that others name by id.
const NAMED = { customer_id: "Customers", loyalty_account_id: "Loyalty accounts" };

// What is done without a form: { title, ask, verb, call: [method, path, body], gone, done }.
async function act(action, again) {
  if (action.ask && !(await confirmed(action.ask, action.verb))) return;
  await send(...action.call);
  await again(action.gone);
  say(action.done ?? "Done.");
}

const openers = (panel) => Object.fromEntries(Object.entries(NAMED).map(([name, kind]) => [name, async (id) => {
  const found = await KINDS[kind].one(id);
  shown = kind;
  await shop(panel, null, found);
}]));

// With a record, that one is chosen.
export async function shop(panel, _, wanted = null) {
  const kind = KINDS[shown];
  const rows = el("div", {}), aside = side("Chosen", "Choose a row to see all of it, and to change it.");
  const search = el("input", { type: "search" });
  // What is searched for: what was written since is for the next search.
  let text = "", cursors = [undefined], chosen = wanted;

  const again = async (gone) => {
    if (gone) { chosen = null; aside.replaceChildren(quiet("It is gone.")); }
    await load();
    if (chosen && kind.one && !rows.querySelector("tr.chosen")) await detail(await kind.one(chosen.id));
    goOnFrom(aside);
  };
  const detail = async (each) => {
    chosen = each;
    const places = (kind.sections?.(each, again) ?? []).map(([title, ask]) => ({ ask, place: el("div", {}), title }));
    const { change, place: all } = record(each, openers(panel));
    aside.replaceChildren(
      bar(...(kind.actions?.(each) ?? []).map((action) => button(action.title, async () => (action.call ? act(action, again) : fill(action.open())), { class: action.gone ? "danger" : "" })), change),
      all,
      ...places.flatMap(({ title, place }) => [el("h3", {}, title), place]));
    await Promise.all(places.map(async ({ ask, place }) => {
      place.replaceChildren(quiet("Loading…"));
      try { place.replaceChildren(...[await ask()].flat()); } catch (error) { place.replaceChildren(el("p", { class: "bad" }, error.message)); }
    }));
  };
  // A form that is ready when another shop was chosen comes too late.
  const fill = async (action) => { const ready = await action; if (aside.isConnected) edit(ready, again); };
  const load = async () => {
    rows.setAttribute("aria-busy", "true");
    if (!rows.hasChildNodes()) rows.replaceChildren(quiet("Loading…"));
    let page;
    try { page = await kind.list(cursors.at(-1), text); } finally { rows.removeAttribute("aria-busy"); }
    const found = page[kind.rows] ?? [];
    const same = (each) => chosen !== null && (each.id ?? each.key) === (chosen.id ?? chosen.key);
    rows.replaceChildren(
      found.length ? table(shown, kind.columns, found, detail, same) : quiet(cursors.length > 1 ? "There are no more." : text ? "Nothing matches." : kind.empty),
      cursors.length > 1 || page.cursor ? bar(
        button("Back", () => turn(() => cursors.pop()), { disabled: cursors.length === 1 }),
        button("Next", () => turn(() => cursors.push(page.cursor)), { disabled: !page.cursor })) : "");
    const now = found.find(same);
    if (now) await detail(now);
  };
  const turn = async (to) => {
    // A second click is for the page that is on its way.
    if (rows.hasAttribute("aria-busy")) return;
    const from = [...cursors];
    to();
    try { await load(); } catch (error) { cursors = from; throw error; }
    goOnFrom(rows.querySelector("tbody button"));
  };
  const choose = (each) => button(each, async () => { shown = each; await shop(panel); panel.querySelector(".kinds [aria-pressed=true]").focus(); }, { "aria-pressed": String(each === shown) });
  panel.replaceChildren(
    el("div", { class: "bar kinds", role: "group", "aria-label": "Kinds" }, ...Object.keys(KINDS).map(choose)),
    el("div", { class: "columns" },
      el("section", { class: "card", "aria-label": shown },
        kind.search || kind.add ? el("form", { class: "bar", onsubmit: submitting(async () => { [text, cursors] = [search.value.trim(), [undefined]]; await load(); }) },
          kind.search && field(kind.search, search), kind.search && el("button", {}, "Search"),
          kind.add && button(kind.adding, async () => fill(kind.add()), { class: "first" })) : "",
        rows),
      aside));
  await load();
  if (wanted) {
    if (!rows.querySelector("tr.chosen")) await detail(wanted);
    aside.focus();
  }
}

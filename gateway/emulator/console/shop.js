// The shop: what a seller has, to look at and to change through Square's own API.
import { button, edit, el, field, pretty, say, send, table, time } from "./common.js";

const key = () => crypto.randomUUID();
const name = (each) => [each.given_name, each.family_name].filter(Boolean).join(" ") || each.company_name || each.id;
const writable = (value, ...names) => Object.fromEntries(names.filter((each) => each in value).map((each) => [each, value[each]]));
const query = (path, cursor) => `${path}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
const program = async () => (await send("GET", "/v2/loyalty/programs/main")).program.id;
const CUSTOMER = ["given_name", "family_name", "email_address", "phone_number", "company_name", "nickname", "note", "birthday", "address", "reference_id"];

const PARTS = {
  Customers: {
    rows: "customers", search: "E-mail contains",
    list: (cursor, text) => send("POST", "/v2/customers/search", { limit: 50, ...(cursor && { cursor }), ...(text && { query: { filter: { email_address: { fuzzy: text } } } }) }),
    columns: [["Name", name], ["E-mail", (each) => each.email_address], ["Phone", (each) => each.phone_number], ["Updated", (each) => time(each.updated_at)]],
    make: async () => ["POST", "/v2/customers", { given_name: "Ada", family_name: "Example", email_address: "ada@example.com" }],
    change: (each) => ["PUT", `/v2/customers/${each.id}`, writable(each, ...CUSTOMER)],
    remove: (each) => ["DELETE", `/v2/customers/${each.id}`],
    more: (each) => ({
      "Loyalty accounts": () => send("POST", "/v2/loyalty/accounts/search", { query: { customer_ids: [each.id] } }),
      "Custom attributes": () => send("GET", `/v2/customers/${each.id}/custom-attributes`),
    }),
  },
  Groups: {
    rows: "groups",
    list: (cursor) => send("GET", query("/v2/customers/groups?limit=50", cursor)),
    columns: [["Name", (each) => each.name], ["Id", (each) => each.id], ["Updated", (each) => time(each.updated_at)]],
    make: async () => ["POST", "/v2/customers/groups", { idempotency_key: key(), group: { name: "New group" } }],
    change: (each) => ["PUT", `/v2/customers/groups/${each.id}`, { group: { name: each.name } }],
    remove: (each) => ["DELETE", `/v2/customers/groups/${each.id}`],
    more: (each) => ({ Members: () => send("POST", "/v2/customers/search", { limit: 20, query: { filter: { group_ids: { all: [each.id] } } } }) }),
  },
  "Loyalty accounts": {
    rows: "loyalty_accounts",
    list: (cursor) => send("POST", "/v2/loyalty/accounts/search", { limit: 50, ...(cursor && { cursor }) }),
    columns: [["Phone", (each) => each.mapping?.phone_number ?? each.id], ["Balance", (each) => each.balance], ["Lifetime", (each) => each.lifetime_points], ["Customer", (each) => each.customer_id]],
    make: async () => ["POST", "/v2/loyalty/accounts", { idempotency_key: key(), loyalty_account: { program_id: await program(), mapping: { phone_number: "+14155550199" } } }],
    change: (each) => ["POST", `/v2/loyalty/accounts/${each.id}/adjust`, { idempotency_key: key(), adjust_points: { points: 5, reason: "From the console" } }],
    changing: "Adjust points",
    more: (each) => ({ Ledger: () => send("POST", "/v2/loyalty/events/search", { limit: 30, query: { filter: { loyalty_account_filter: { loyalty_account_id: each.id } } } }) }),
  },
  Ledger: {
    rows: "events",
    list: (cursor) => send("POST", "/v2/loyalty/events/search", { limit: 30, ...(cursor && { cursor }) }),
    columns: [["Event", (each) => each.type], ["Points", (each) => each[each.type.toLowerCase()]?.points], ["Account", (each) => each.loyalty_account_id], ["Created", (each) => time(each.created_at)]],
  },
  Promotions: {
    rows: "loyalty_promotions",
    list: async (cursor) => send("GET", query(`/v2/loyalty/programs/${await program()}/promotions?limit=30`, cursor)),
    columns: [["Name", (each) => each.name], ["Status", (each) => each.status], ["Incentive", (each) => each.incentive.type], ["Updated", (each) => time(each.updated_at)]],
    make: async () => ["POST", `/v2/loyalty/programs/${await program()}/promotions`, { idempotency_key: key(), loyalty_promotion: { name: "Double Tuesday", incentive: { type: "POINTS_MULTIPLIER", points_multiplier_data: { multiplier: "2.0" } }, available_time: { time_periods: ["DTSTART:20991201T160000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY;BYDAY=TU"] } } }],
    remove: (each) => ["POST", `/v2/loyalty/programs/${each.loyalty_program_id}/promotions/${each.id}/cancel`],
    removing: "Cancel promotion",
  },
  Definitions: {
    rows: "custom_attribute_definitions",
    list: (cursor) => send("GET", query("/v2/customers/custom-attribute-definitions?limit=50", cursor)),
    columns: [["Key", (each) => each.key], ["Name", (each) => each.name], ["Visibility", (each) => each.visibility], ["Version", (each) => each.version]],
    make: async () => ["POST", "/v2/customers/custom-attribute-definitions", { idempotency_key: key(), custom_attribute_definition: { key: "favorite-seat", name: "Favorite seat", visibility: "VISIBILITY_HIDDEN", schema: { $ref: "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String" } } }],
    change: (each) => ["PUT", `/v2/customers/custom-attribute-definitions/${each.key}`, { custom_attribute_definition: writable(each, "name", "description", "visibility", "version") }],
    remove: (each) => ["DELETE", `/v2/customers/custom-attribute-definitions/${each.key}`],
  },
};

let shown = "Customers";

export async function shop(panel) {
  const part = PARTS[shown];
  const rows = el("div", {}), side = el("section", { class: "card side", "aria-label": "Chosen", tabindex: "0" }, el("p", { class: "quiet" }, "Choose a row to see all of it."));
  const search = el("input", { type: "search" });
  let cursors = [undefined];
  const again = () => shop(panel);
  const detail = (each) => {
    const related = el("div", {});
    side.replaceChildren(el("div", { class: "bar" },
      part.change && button(part.changing ?? "Edit", () => edit(part.changing ?? "Edit", ...part.change(each), again)),
      part.remove && button(part.removing ?? "Delete", async () => {
        if (!window.confirm(`${part.removing ?? "Delete"}?`)) return;
        await send(...part.remove(each));
        await again();
        say("Done.");
      }),
      ...Object.entries(part.more?.(each) ?? {}).map(([title, ask]) => button(title, async () => related.replaceChildren(el("h3", {}, title), pretty(await ask()))))),
    pretty(each), related);
  };
  const load = async () => {
    const page = await part.list(cursors.at(-1), search.value.trim());
    const found = page[part.rows] ?? [];
    rows.replaceChildren(found.length ? table(shown, part.columns, found, detail) : el("p", { class: "quiet" }, "There are none."),
      el("div", { class: "bar" },
        button("Back", async () => { cursors.pop(); await load(); }, { disabled: cursors.length === 1 }),
        button("Next", async () => { cursors.push(page.cursor); await load(); }, { disabled: !page.cursor })));
  };
  const submit = async (event) => { event.preventDefault(); cursors = [undefined]; await load().catch((error) => say(error.message)); };
  panel.replaceChildren(
    el("div", { class: "bar", role: "group", "aria-label": "Kinds" }, ...Object.keys(PARTS).map((each) => button(each, () => { shown = each; return again(); }, { "aria-pressed": String(each === shown) }))),
    el("div", { class: "columns" },
      el("section", { class: "card" },
        el("form", { class: "bar", onsubmit: submit },
          part.search && field(part.search, search), part.search && el("button", {}, "Search"),
          part.make && button(`New`, async () => edit(`New: ${shown}`, ...(await part.make()), again), { class: "first" })),
        rows),
      side));
  await load();
}

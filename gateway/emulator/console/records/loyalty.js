// Loyalty accounts, by phone number, and the ledger of their events.
import { key, quiet, send, time } from "../common.js";
import { table } from "../views.js";
import { issuing } from "./rewards.js";
import { locations, program } from "./program.js";

const PATH = "/v2/loyalty/accounts";
const points = (each) => each[each.type.toLowerCase()]?.points;
const called = (each) => each.mapping?.phone_number ?? each.id;

const ENROLL = [
  { at: "loyalty_account.mapping.phone_number", label: "Phone number", required: true, example: "+14155550123", hint: "In E.164 form" },
  { at: "loyalty_account.customer_id", label: "Customer id", hint: "Without one, the customer with this phone number, or a new one" },
];
const ADJUST = [
  { at: "adjust_points.points", label: "Points", type: "number", required: true, example: "5", hint: "A negative number takes some away" },
  { at: "allow_negative_balance", label: "May go below zero", type: "boolean" },
  { at: "adjust_points.reason", label: "Reason", wide: true },
];

export const enrolling = async (customer, phone) => ({
  title: "Create a loyalty account", method: "POST", path: PATH, fields: ENROLL, done: "The loyalty account was created.",
  body: { idempotency_key: key(), loyalty_account: { program_id: (await program()).id, ...(customer && { customer_id: customer }), ...(phone && { mapping: { phone_number: phone.replace(/[^+0-9]/g, "") } }) } },
});

const adjusting = async (each) => ({ title: `Adjust points of ${called(each)}`, method: "POST", path: `${PATH}/${each.id}/adjust`, body: { idempotency_key: key() }, fields: ADJUST, done: "The points were adjusted." });

const accumulating = async (each) => ({
  title: `Accumulate points for ${called(each)}`, method: "POST", path: `${PATH}/${each.id}/accumulate`, body: { idempotency_key: key() }, done: "The points were added.",
  fields: [
    { at: "accumulate_points.order_id", label: "Order id", hint: "The points that a paid order earns, with promotions" },
    { at: "accumulate_points.points", label: "Or points", type: "number", example: "5" },
    { at: "location_id", label: "Location", type: "select", required: true, options: await locations(), wide: true },
  ],
});

const columns = [["Phone", called], ["Balance", (each) => each.balance], ["Lifetime", (each) => each.lifetime_points], ["Customer", (each) => each.customer_id]];
const events = [["Event", (each) => each.type], ["Points", points], ["Account", (each) => each.loyalty_account_id], ["Created", (each) => time(each.created_at)]];

export async function ofCustomer(customer) {
  const { loyalty_accounts: found = [] } = await send("POST", `${PATH}/search`, { query: { customer_ids: [customer.id] } });
  return found.length ? table("Accounts of the customer", columns.slice(0, 3), found) : quiet("None: enroll the customer by phone number.");
}

async function history(account) {
  const query = { filter: { loyalty_account_filter: { loyalty_account_id: account.id } } };
  const { events: found = [] } = await send("POST", "/v2/loyalty/events/search", { limit: 30, query });
  return found.length ? table("Ledger of the account", [events[0], events[1], events[3]], found) : quiet("Nothing yet.");
}

export const accounts = {
  rows: "loyalty_accounts",
  empty: "There are no loyalty accounts. Create one by phone number.",
  list: (cursor) => send("POST", `${PATH}/search`, { limit: 50, ...(cursor && { cursor }) }),
  one: async (id) => (await send("GET", `${PATH}/${id}`)).loyalty_account,
  columns,
  adding: "Create an account",
  add: () => enrolling(),
  actions: (each) => [
    { title: "Adjust points", open: () => adjusting(each) },
    { title: "Accumulate points", open: () => accumulating(each) },
    { title: "Issue a reward", open: () => issuing(each.id) },
  ],
  sections: (each) => [["Ledger", () => history(each)]],
};

export const ledger = {
  rows: "events",
  empty: "Nobody has earned or spent points yet.",
  list: (cursor) => send("POST", "/v2/loyalty/events/search", { limit: 30, ...(cursor && { cursor }) }),
  columns: events,
};

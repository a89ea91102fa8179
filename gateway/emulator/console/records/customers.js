// Customers, with their groups, custom attributes and loyalty accounts.
import { key, send, time } from "../common.js";
import { addressFields } from "./addresses.js";
import { attributes } from "./attributes.js";
import { enrolling, ofCustomer } from "./loyalty.js";
import { membership } from "./membership.js";

export const name = (each) => [each.given_name, each.family_name].filter(Boolean).join(" ") || each.company_name || each.nickname || each.id;

const FIELDS = [
  { at: "given_name", label: "Given name" },
  { at: "family_name", label: "Family name" },
  { at: "email_address", label: "E-mail address", example: "ada@example.com" },
  { at: "phone_number", label: "Phone number", example: "+14155550123" },
  { at: "company_name", label: "Company" },
  { at: "nickname", label: "Nickname" },
  { at: "birthday", label: "Birthday", hint: "YYYY-MM-DD, or MM-DD without the year" },
  { at: "reference_id", label: "Reference id", hint: "What your own system calls them" },
  ...addressFields("address"),
  { at: "tax_ids.eu_vat", label: "EU VAT number" },
  { at: "note", label: "Note", type: "note" },
];
const WRITABLE = ["given_name", "family_name", "email_address", "phone_number", "company_name", "nickname", "birthday", "reference_id", "address", "tax_ids", "note"];
const path = (each) => `/v2/customers/${each.id}`;

export const customers = {
  rows: "customers",
  search: "E-mail contains",
  empty: "There are no customers. Add the first one, or start the emulator with --seed demo.",
  list: (cursor, text) => send("POST", "/v2/customers/search", { limit: 50, ...(cursor && { cursor }), ...(text && { query: { filter: { email_address: { fuzzy: text } } } }) }),
  one: async (id) => (await send("GET", `/v2/customers/${id}`)).customer,
  columns: [["Name", name], ["E-mail", (each) => each.email_address], ["Phone", (each) => each.phone_number], ["Updated", (each) => time(each.updated_at)]],
  adding: "Add a customer",
  add: async () => ({ title: "Add a customer", method: "POST", path: "/v2/customers", body: { idempotency_key: key() }, fields: FIELDS, done: "The customer was added." }),
  actions: (each) => [
    { title: "Edit", open: async () => ({ title: `Edit ${name(each)}`, method: "PUT", path: path(each), fields: FIELDS, done: "The customer was changed.",
      body: Object.fromEntries(["version", ...WRITABLE].filter((field) => field in each).map((field) => [field, each[field]])) }) },
    { title: "Enroll in loyalty", open: () => enrolling(each.id, each.phone_number) },
    { title: "Delete", gone: true, ask: `Delete ${name(each)}?`, verb: "Delete", call: ["DELETE", path(each)], done: "The customer was deleted." },
  ],
  sections: (each, again) => [
    ["Groups", () => membership(each, again)],
    ["Custom attributes", () => attributes(each, again)],
    ["Loyalty accounts", () => ofCustomer(each)],
  ],
};

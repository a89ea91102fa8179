// Customer groups, with their members.
import { key, quiet, send, time } from "../common.js";
import { table } from "../views.js";
import { name } from "./customers.js";

const FIELDS = [{ at: "group.name", label: "Name", required: true, wide: true }];
const PATH = "/v2/customers/groups";
const SHOWN = 50;

async function members(group) {
  const query = { filter: { group_ids: { all: [group.id] } } };
  const { customers = [], cursor } = await send("POST", "/v2/customers/search", { limit: SHOWN, query });
  if (!customers.length) return quiet("Nobody: choose a customer to put them in.");
  return [table("Members", [["Name", name], ["E-mail", (each) => each.email_address]], customers), cursor ? quiet(`The first ${SHOWN}.`) : ""];
}

export const groups = {
  rows: "groups",
  empty: "There are no groups. Add one, and put customers in it.",
  list: (cursor) => send("GET", `${PATH}?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`),
  columns: [["Name", (each) => each.name], ["Id", (each) => each.id], ["Updated", (each) => time(each.updated_at)]],
  adding: "Add a group",
  add: async () => ({ title: "Add a group", method: "POST", path: PATH, body: { idempotency_key: key() }, fields: FIELDS, done: "The group was added." }),
  actions: (each) => [
    { title: "Rename", open: async () => ({ title: `Rename ${each.name}`, method: "PUT", path: `${PATH}/${each.id}`, body: { group: { name: each.name } }, fields: FIELDS, done: "The group was renamed." }) },
    { title: "Delete", gone: true, ask: `Delete the group ${each.name}?`, verb: "Delete", call: ["DELETE", `${PATH}/${each.id}`], done: "The group was deleted." },
  ],
  sections: (each) => [["Members", () => members(each)]],
};

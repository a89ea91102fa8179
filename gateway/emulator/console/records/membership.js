// The groups that a customer is in: takes the customer out of one, and puts them in another.
import { all, bar, button, choice, el, field, quiet, say, send } from "../common.js";

export async function membership(customer, again) {
  const groups = await all("/v2/customers/groups?limit=50", "groups");
  const inside = new Set(customer.group_ids ?? []);
  const change = async (method, group, done) => {
    await send(method, `/v2/customers/${customer.id}/groups/${group.id}`);
    await again();
    say(done);
  };
  const others = groups.filter((each) => !inside.has(each.id));
  const other = choice(others.map((each) => [each.id, each.name]));
  const put = () => { const group = others.find((each) => each.id === other.value); return change("PUT", group, `Put in ${group.name}.`); };
  return [
    inside.size ? el("ul", { class: "chips" }, ...groups.filter((each) => inside.has(each.id)).map((each) => el("li", {}, each.name,
      button("×", () => change("DELETE", each, `Taken out of ${each.name}.`), { "aria-label": `Take out of ${each.name}`, title: "Take out", class: "small" })))) : quiet("In no group."),
    others.length ? el("div", {}, bar(field("Another group", other), button("Put in", put))) : "",
  ];
}

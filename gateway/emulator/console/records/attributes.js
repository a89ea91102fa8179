// The custom attributes of a customer: one line for each definition, with its value if there is one.
import { all, bar, button, key, quiet, say, send } from "../common.js";
import { edit } from "../editor.js";
import { table } from "../views.js";
import { addressFields } from "./addresses.js";
import { dataType } from "./schemas.js";

const VALUE = "custom_attribute.value";

const options = ({ schema }) => schema.items.enum.map((each, index) => [each, schema.items.names[index]]);

// A control for each data type: Square takes all of them as text, but Boolean, Address and Selection.
function fields(definition) {
  const field = { at: VALUE, label: definition.name ?? definition.key, required: true, wide: true };
  switch (dataType(definition.schema)) {
    case "Address": return addressFields(VALUE);
    case "Boolean": return [{ ...field, type: "boolean" }];
    case "Date": return [{ ...field, type: "date" }];
    case "Selection": return [{ ...field, type: "several", options: options(definition), hint: `At most ${definition.schema.maxItems}` }];
    case "Number": return [{ ...field, example: "4.5" }];
    case "Email": return [{ ...field, example: "ada@example.com" }];
    case "PhoneNumber": return [{ ...field, example: "+14155550123" }];
    default: return [field];
  }
}

function shown(definition, value) {
  if (value === undefined) return undefined;
  if (dataType(definition.schema) === "Selection") return value.map((each) => Object.fromEntries(options(definition))[each] ?? each).join(", ");
  return typeof value === "object" ? Object.values(value).join(", ") : String(value);
}

export async function attributes(customer, again) {
  const path = `/v2/customers/${customer.id}/custom-attributes`;
  const [definitions, values] = await Promise.all([
    all("/v2/customers/custom-attribute-definitions?limit=100", "custom_attribute_definitions"), all(`${path}?limit=100`, "custom_attributes")]);
  if (!definitions.length) return quiet("There are no definitions: make one under Definitions.");
  // A key may be any word, `constructor` too.
  const found = new Map(values.map((each) => [each.key, each]));
  const of = ({ key: name }) => found.get(name);
  const set = (each) => edit({
    title: `${each.name ?? each.key}`, method: "POST", path: `${path}/${each.key}`, fields: fields(each), done: "The value was written.",
    body: { idempotency_key: key(), custom_attribute: of(each) ? { value: of(each).value, version: of(each).version } : {} },
  }, again);
  const remove = async (each) => { await send("DELETE", `${path}/${each.key}`); await again(); say("The value was deleted."); };
  return table("Custom attributes", [
    ["Name", (each) => each.name ?? each.key],
    ["Value", (each) => shown(each, of(each)?.value)],
    ["Change", (each) => bar(
      button(of(each) ? "Edit" : "Set", () => set(each), { class: "small", "aria-label": `${of(each) ? "Edit" : "Set"} ${each.name ?? each.key}` }),
      of(each) && button("Delete", () => remove(each), { class: "small", "aria-label": `Delete ${each.name ?? each.key}` }))],
  ], definitions);
}

// Custom attribute definitions.
import { key, send } from "../common.js";
import { dataType, schema, TYPES } from "./schemas.js";

const AT = "custom_attribute_definition", PATH = "/v2/customers/custom-attribute-definitions";
const isSelection = (body) => dataType(body[AT]?.schema) === "Selection";

const TEXTS = [
  { at: `${AT}.name`, label: "Name", hint: "Required where others read it" },
  { at: `${AT}.visibility`, label: "Visibility", type: "select", required: true, options: [
    ["VISIBILITY_HIDDEN", "Hidden from others"], ["VISIBILITY_READ_ONLY", "Others read it"], ["VISIBILITY_READ_WRITE_VALUES", "Others read it and write values"]] },
  { at: `${AT}.description`, label: "Description", hint: "Required where others read it", wide: true },
];
const OPTIONS = [
  { at: `${AT}.schema.items.names`, label: "Options", type: "lines", required: true, hint: "One to a line", when: isSelection },
  { at: `${AT}.schema.maxItems`, label: "How many may be chosen", type: "number", required: true, when: isSelection },
];
const NEW = [
  { at: `${AT}.key`, label: "Key", required: true, example: "favorite-seat" },
  { at: `${AT}.schema`, label: "Data type", type: "select", required: true, options: TYPES.map((each) => [each, each]), from: dataType, to: schema },
  ...OPTIONS, ...TEXTS,
];

const writable = (each) => Object.fromEntries(["name", "description", "visibility", "version", ...(dataType(each.schema) === "Selection" ? ["schema"] : [])]
  .filter((field) => field in each).map((field) => [field, each[field]]));

export const definitions = {
  rows: "custom_attribute_definitions",
  empty: "There are no definitions. Add one, and give customers values of it.",
  list: (cursor) => send("GET", `${PATH}?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`),
  columns: [["Key", (each) => each.key], ["Name", (each) => each.name], ["Type", (each) => dataType(each.schema)], ["Visibility", (each) => each.visibility.replace("VISIBILITY_", "")], ["Version", (each) => each.version]],
  adding: "Add a definition",
  add: async () => ({ title: "Add a definition", method: "POST", path: PATH, fields: NEW, done: "The definition was added.",
    body: { idempotency_key: key(), [AT]: { schema: schema("String"), visibility: "VISIBILITY_HIDDEN" } } }),
  actions: (each) => [
    { title: "Edit", open: async () => ({ title: `Edit ${each.key}`, method: "PUT", path: `${PATH}/${each.key}`, body: { [AT]: writable(each) }, fields: [...TEXTS, ...OPTIONS], done: "The definition was changed." }) },
    { title: "Delete", gone: true, ask: `Delete ${each.key} and all of its values?`, verb: "Delete", call: ["DELETE", `${PATH}/${each.key}`], done: "The definition and its values were deleted." },
  ],
};

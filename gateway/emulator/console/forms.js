// A form made of a list of fields, for the body of one request: each field is at a dotted path of the body, by which the
// emulator names it when it refuses. Sends nothing.
//
// A field: { at, label, type, required, options, example, hint, when(body), wide, from(value), to(value), control }.
import { el } from "./common.js";
import { CONTROLS } from "./controls.js";

// What is on the way to a field, if anything, has to be an object with names.
function fit(body, at) {
  let part = body;
  for (const name of at.split(".")) {
    if (part === null || typeof part !== "object" || Array.isArray(part)) throw new TypeError(`${at} has no place here`);
    part = part[name] ?? {};
  }
}

export const get = (body, at) => at.split(".").reduce((part, name) => part?.[name], body);

function set(body, at, value) {
  const names = at.split("."), last = names.pop();
  const part = names.reduce((found, name) => (found[name] ??= {}), body);
  part[last] = value;
}

// Objects that are empty without it go as well, when they are there for nothing else.
function remove(body, at, { empty = false } = {}) {
  const names = at.split("."), last = names.pop(), parent = names.length ? get(body, names.join(".")) : body;
  if (!parent) return;
  delete parent[last];
  if (empty && names.length && !Object.keys(parent).length) remove(body, names.join("."), { empty });
}

let made = 0;

function line(field, body) {
  const id = `field-${made += 1}`, type = field.type ?? "text";
  // A group of inputs under one title, rather than one input.
  const whole = type === "several" || Boolean(field.control);
  const stored = get(body, field.at) ?? undefined;
  const described = [field.hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" ");
  const value = field.from ? field.from(stored) : stored;
  // One input holds one value.
  if (typeof value === "object" && !whole && type !== "lines") throw new TypeError(`${field.at} is an object`);
  const attributes = { id, "aria-describedby": described, "aria-required": whole ? undefined : String(Boolean(field.required)) };
  const control = (field.control ?? CONTROLS[type])(field, value, attributes);
  const error = el("p", { class: "bad", id: `${id}-error` });
  const title = whole ? el("span", { class: "title" }) : el("label", { for: id, class: "title" });
  title.append(field.label, field.required ? el("span", { class: "must", title: "Required" }, " *") : "");
  return {
    field, control, error,
    element: el("div", { class: `line${field.wide || ["lines", "note", "several"].includes(type) || field.control ? " wide" : ""}` },
      title, control.element, field.hint && el("p", { class: "hint", id: `${id}-hint` }, field.hint), error),
    get value() { return field.to && control.value !== undefined ? field.to(control.value) : control.value; },
  };
}

const within = (inner, outer) => inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);

// `first` is the body that was there before anything was changed: what it holds and the form does not is set to null.
// Throws a TypeError for a body that its fields cannot show.
export function form(fields, body, first = body) {
  const lines = fields.map((each) => { fit(body, each.at); return line(each, body); });
  const read = () => {
    const result = structuredClone(body);
    for (const each of lines) {
      const { at, when } = each.field;
      if (when && !when(result)) remove(result, at, { empty: true });
      else if (each.value !== undefined) set(result, at, each.value);
      else if (get(first, at) !== undefined && get(first, at) !== null) set(result, at, null);
      else remove(result, at);
    }
    return result;
  };
  const clear = ({ control, error }) => { error.textContent = ""; control.element.removeAttribute("aria-invalid"); };
  const draw = (event) => {
    for (const each of lines) if (event && each.element.contains(event.target)) clear(each);
    const now = read();
    for (const { field, element } of lines) element.hidden = Boolean(field.when && !field.when(now));
  };
  draw();
  return {
    element: el("div", { class: "fields", oninput: draw }, ...lines.map((each) => each.element)),
    read,
    // Shows each error at its field, and gives those that have none.
    show(errors) {
      lines.forEach(clear);
      const shown = lines.filter((each) => !each.element.hidden);
      const rest = errors.filter(({ code, detail, field }) => {
        const found = field && (shown.find((each) => within(field, each.field.at)) ?? shown.find((each) => within(each.field.at, field)));
        if (!found) return true;
        found.error.textContent = `${code}: ${detail ?? ""}`;
        found.control.element.setAttribute("aria-invalid", "true");
        return false;
      });
      const wrong = shown.find((each) => each.error.textContent);
      (wrong?.control.element.matches("input, select, textarea") ? wrong.control.element : wrong?.control.element.querySelector("input, select"))?.focus();
      return rest;
    },
  };
}

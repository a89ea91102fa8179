// The controls of a form: each has an `element` to show and the `value` that it stands for, undefined when it is empty.
import { choice, el, numeric } from "./common.js";

const text = (field, value, attributes) => {
  const input = el("input", { type: "text", autocomplete: "off", placeholder: field.example, ...attributes });
  input.value = value ?? field.preset ?? "";
  return { element: input, get value() { return input.value === "" ? undefined : input.value; } };
};

const number = (field, value, attributes) => {
  const control = text(field, value, { inputmode: "decimal", ...attributes });
  return { element: control.element, get value() { return numeric(control.element) ?? undefined; } };
};

const select = (field, value, attributes) => {
  const none = field.required && value !== undefined ? [] : [["", "–"]];
  const input = choice([...none, ...field.options], attributes);
  input.value = value ?? field.preset ?? "";
  return { element: input, get value() { return input.value === "" ? undefined : input.value; } };
};

const boolean = (field, value, attributes) => {
  const control = select({ ...field, options: [["true", "Yes"], ["false", "No"]] }, value === undefined ? value : String(value), attributes);
  return { element: control.element, get value() { return { true: true, false: false }[control.value]; } };
};

const lines = (field, value, attributes) => {
  const input = el("textarea", { rows: "4", placeholder: field.example, ...attributes });
  input.value = (value ?? []).join("\n");
  return { element: input, get value() { const given = input.value.split("\n").filter((each) => each.trim()); return given.length ? given : undefined; } };
};

const note = (field, value, attributes) => {
  const input = el("textarea", { rows: "3", placeholder: field.example, ...attributes });
  input.value = value ?? "";
  return { element: input, get value() { return input.value === "" ? undefined : input.value; } };
};

const several = (field, value, attributes) => {
  const boxes = field.options.map(([each]) => el("input", { type: "checkbox", value: each, checked: (value ?? []).includes(each) }));
  const element = el("div", { role: "group", "aria-label": field.label, class: "several", ...attributes }, ...field.options.map(([, name], index) => el("label", {}, boxes[index], name)));
  return { element, get value() { return boxes.filter((box) => box.checked).map((box) => box.value); } };
};

const date = (field, value, attributes) => text(field, value, { ...attributes, type: "date" });

export const CONTROLS = { text, number, select, boolean, lines, note, several, date };

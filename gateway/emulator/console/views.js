// How records are shown: a table to choose from, and one record as fields or as JSON. Asks nothing.
import { button, el, pretty } from "./common.js";

const SHORT = new Set(["Status", "ms", "Retries", "Time", "Enabled", "Version", "Points", "Balance", "Lifetime", "Times left", "Share"]);

// A text that there is something to see of, to be clicked at.
const seen = (text) => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(text ?? "") ? String(text) : undefined);

// Columns are [title, of] pairs, where `of` gives a text or an element. The first is a button that chooses the row;
// `chosen` says which row is chosen already.
export function table(label, columns, rows, choose, chosen = () => false) {
  const mark = (line, on) => {
    line.classList.toggle("chosen", on);
    line.querySelector("button").toggleAttribute("aria-current", on);
  };
  const cell = (content) => (content instanceof Element ? el("td", {}, content) : el("td", { title: String(content ?? "") }, String(content ?? "–")));
  const line = (row) => {
    const made = el("tr", { "data-id": row.id === undefined ? row.key : String(row.id) }, ...columns.map(([, of], index) => {
      if (index || !choose) return cell(of(row));
      return el("td", {}, button(seen(of(row)) ?? row.id ?? "–", async () => {
        for (const each of made.closest("table").querySelectorAll("tr.chosen")) mark(each, false);
        mark(made, true);
        await choose(row);
      }));
    }));
    if (choose && chosen(row)) mark(made, true);
    return made;
  };
  return el("table", { "aria-label": label },
    el("thead", {}, el("tr", {}, ...columns.map(([title]) => el("th", { scope: "col", class: SHORT.has(title) ? "short" : "" }, title)))),
    el("tbody", { onkeydown: choose ? move : undefined }, ...rows.map(line)));
}

// From row to row by the arrow keys, and to what is chosen by the right one; Escape leads back from there.
function move(event) {
  const row = event.target.closest("tr");
  const next = { ArrowDown: row.nextElementSibling?.querySelector("button"), ArrowUp: row.previousElementSibling?.querySelector("button"), ArrowRight: row.closest(".columns")?.querySelector(".side") }[event.key];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

// Shows other content; the keyboard is at the same row again, if it is still shown.
export function redraw(place, ...content) {
  const at = place.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.id : undefined;
  place.replaceChildren(...content);
  if (at !== undefined) place.querySelector(`tr[data-id="${CSS.escape(at)}"] button`)?.focus({ preventScroll: true });
}

// A status, coloured by how it went; it is told by its text as well.
export const badge = (text, good) => el("span", { class: `badge ${good ? "good" : "bad"}` }, String(text).replaceAll("_", " "));

export const words = (name) => name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());

// The values of a record by their dotted names; lists stay in one line.
function flat(value, prefix = "") {
  return Object.entries(value).flatMap(([name, each]) => {
    if (Array.isArray(each)) return [[`${prefix}${name}`, each.map((item) => (typeof item === "object" ? JSON.stringify(item) : item)).join("\n") || "none"]];
    return each !== null && typeof each === "object" ? flat(each, `${prefix}${name}.`) : [[`${prefix}${name}`, String(each)]];
  });
}

// `open` has for the names of ids what shows the record that is meant.
const facts = (record, open) => el("dl", {}, ...flat(record).map(([name, value]) => {
  const show = open[name.split(".").at(-1)];
  return el("div", {}, el("dt", { title: name }, name.split(".").map(words).join(" › ")),
    el("dd", {}, show ? button(value, () => show(value), { class: "link", title: "Show it" }) : value));
}));

let asJson = false;

// A record as fields, or as JSON where the switch says so, which holds for all that are shown later: { switch, place }.
export function record(value, open = {}) {
  const place = el("div", {});
  const choices = [["Fields", false], ["JSON", true]].map(([text, json]) => button(text, () => { asJson = json; draw(); }, { class: "small" }));
  const draw = () => {
    choices.forEach((each, index) => each.setAttribute("aria-pressed", String(asJson === Boolean(index))));
    place.replaceChildren(asJson ? pretty(value) : facts(value, open));
  };
  draw();
  return { change: el("div", { class: "bar switch", role: "group", "aria-label": "Shown as" }, ...choices), place };
}

// What all parts share: elements, requests, and what is said. Knows no part.
export const state = { about: null, seller: null, fork: "" };
export const $ = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((each) => each !== null && each !== undefined && each !== false));
  return made;
}

export const button = (text, onclick, attributes = {}) => el("button", { type: "button", onclick: guarded(onclick), ...attributes }, text);
export const pretty = (value) => el("pre", {}, typeof value === "string" ? value : JSON.stringify(value, null, 2));
export const quiet = (...content) => el("p", { class: "quiet" }, ...content);
export const card = (title, ...content) => el("section", { class: "card" }, el("h2", {}, title), ...content);
export const side = (label, hint) => el("section", { class: "card side", "aria-label": label, tabindex: "0", onkeydown: back }, quiet(hint));
const back = ({ key: pressed, currentTarget }) => { if (pressed === "Escape") currentTarget.closest(".columns").querySelector("tr.chosen button")?.focus(); };
export const bar = (...content) => el("div", { class: "bar" }, ...content);
export const submitting = (action) => (event) => { event.preventDefault(); return guarded(action)(event); };
const guarded = (action) => async (event) => {
  try { say(""); await action(event); } catch (error) { say(error.message, { bad: true }); }
};

let fading;

// What was done is shown for a while; what went wrong, until something else is done.
export function say(text, { bad = false } = {}) {
  clearTimeout(fading);
  if (text && !bad) fading = setTimeout(() => say(""), 8000);
  $("said").textContent = text;
  $("said").classList.toggle("refused", bad);
}

// A refusal of the emulator: `errors` are Square's, of which some name a field.
export class Refused extends Error {
  constructor(status, errors = []) {
    const [{ code = status, detail = "", field } = {}] = errors;
    super(`${code}: ${detail}${field ? ` (${field})` : ""}`);
    this.errors = errors;
  }
}

// The token that may do everything for the chosen seller, in the chosen fork if it is not the original shop.
export const token = () => (state.fork ? `${state.fork}.${state.seller.token}` : state.seller.token);

// Sent by the console itself: the emulator neither counts it as a call nor lets anything go wrong with it.
let gone = false;
export async function ask(method, path, body, type = "application/json") {
  const headers = { "X-Emulator-Console": "1", "Content-Type": type };
  if (state.seller) headers.Authorization = `Bearer ${token()}`;
  const answer = await fetch(path, { method, headers, body }).catch(() => {
    gone = true;
    throw new Error("The emulator does not answer. Once one does at this address, this page goes on by itself; one that gateway starts has another each time.");
  });
  // It may be another emulator now: nothing that is shown is known to be so any more.
  if (gone) location.reload();
  if (!answer.ok) throw new Refused(answer.status, (await answer.json()).errors);
  return answer;
}

export const send = async (method, path, body) => (await ask(method, path, body === undefined ? undefined : JSON.stringify(body))).json();

// All pages of a list: for what there is not much of.
export async function all(path, rows) {
  const found = [];
  for (let cursor = ""; cursor !== undefined;) {
    const answer = await send("GET", `${path}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...(answer[rows] ?? []));
    ({ cursor } = answer);
  }
  return found;
}

// What had the focus is not there any more: go on from `place`.
export const goOnFrom = (place) => { if (document.activeElement === document.body) place?.focus(); };

// By what pages of another machine have as well, over plain HTTP.
export const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
// What is no number is sent as it is: the emulator says what it expects. Null for nothing.
export const numeric = ({ value }) => (value.trim() === "" ? null : Number.isFinite(Number(value)) ? Number(value) : value);
export const field = (text, input) => el("label", {}, text, input);
// Each of `values` is a value, or a [value, text] pair.
export const choice = (values, attributes = {}) => el("select", attributes,
  ...values.map((each) => (Array.isArray(each) ? each : [each, each])).map(([value, text]) => el("option", { value: String(value) }, String(text))));
export const hour = (text) => text?.slice(11, 19);
export const time = (text) => text?.replace("T", " ").slice(0, 19);

// The latest, as they come: asks once a second while the part is shown and the page is looked at.
export function follow(panel, ask) {
  const turn = async () => {
    if (!panel.isConnected) return;
    try { if (!document.hidden) await ask(); } catch (error) { say(error.message, { bad: true }); }
    setTimeout(turn, 1000);
  };
  return turn();
}

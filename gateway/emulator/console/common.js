// What all parts share: elements, requests, tables, and the editor. Knows no part.
export const state = { about: null, seller: null };
export const $ = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

export const button = (text, onclick, attributes = {}) => el("button", { type: "button", onclick: guarded(onclick), ...attributes }, text);
export const pretty = (value) => el("pre", {}, typeof value === "string" ? value : JSON.stringify(value, null, 2));
export const say = (text) => { $("said").textContent = text; };
const guarded = (action) => async (event) => {
  try { say(""); await action(event); } catch (error) { say(error.message); }
};

// Sent by the console itself: the emulator neither counts it as a call nor lets anything go wrong with it.
export async function send(method, path, body) {
  const headers = { "X-Emulator-Console": "1", "Content-Type": "application/json" };
  if (path.startsWith("/v2/")) headers.Authorization = `Bearer ${state.seller.token}`;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const value = await answer.json();
  if (answer.ok) return value;
  const error = value.errors?.[0] ?? {};
  throw new Error(`${error.code}: ${error.detail ?? ""}${error.field ? ` (${error.field})` : ""}`);
}

const SHORT = new Set(["Status", "ms", "Retries", "Answer", "Time", "Enabled", "Version"]);

// Columns are [title, of] pairs; the first is a button that chooses the row.
export function table(label, columns, rows, choose) {
  const line = (row) => el("tr", {}, ...columns.map(([, of], index) => {
    const text = String(of(row) ?? "–");
    if (index || !choose) return el("td", { title: text }, text);
    return el("td", {}, button(text, async (event) => {
      for (const each of event.target.closest("table").querySelectorAll(".chosen")) each.classList.remove("chosen");
      event.target.closest("tr").classList.add("chosen");
      await choose(row);
    }));
  }));
  return el("table", { "aria-label": label },
    el("thead", {}, el("tr", {}, ...columns.map(([title]) => el("th", { scope: "col", class: SHORT.has(title) ? "short" : "" }, title)))),
    el("tbody", {}, ...rows.map(line)));
}

export function edit(title, method, path, value, done) {
  $("editor-title").textContent = title;
  $("editor-path").textContent = `${method} ${path}`;
  $("editor-text").value = JSON.stringify(value, null, 2);
  $("editor-error").textContent = "";
  $("editor-send").onclick = async () => {
    try {
      await send(method, path, JSON.parse($("editor-text").value));
      $("editor").close();
      await done();
      say("Done.");
    } catch (error) { $("editor-error").textContent = error.message; }
  };
  $("editor").showModal();
}

export const field = (text, input) => el("label", {}, text, input);
export const choice = (values, attributes = {}) => el("select", attributes, ...values.map((each) => el("option", { value: String(each) }, String(each))));
export const hour = (text) => text?.slice(11, 19);
export const time = (text) => text?.replace("T", " ").slice(0, 19);

// The latest, as they come: asks once a second while the part is shown and the page is looked at.
export function follow(panel, ask) {
  const turn = async () => {
    if (!panel.isConnected) return;
    try { if (!document.hidden) await ask(); } catch (error) { say(error.message); }
    setTimeout(turn, 1000);
  };
  return turn();
}

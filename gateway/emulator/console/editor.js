// The dialogs: one request as a form or as JSON, and a question before what cannot be undone.
import { $, el, button, say, send } from "./common.js";
import { form } from "./forms.js";

let asJson = false;

// `action` is { title, method, path, body, fields, done }; an empty list of fields has JSON only.
export function edit({ title, method, path, body, fields = [], done = "Done." }, after) {
  let shown, json;
  const draw = (value, wanted) => {
    const made = wanted || !fields.length ? null : form(fields, value, body);
    [shown, json] = [made, !made];
    const text = el("textarea", { id: "editor-text", rows: "18", spellcheck: false });
    text.value = JSON.stringify(value, null, 2);
    $("editor-content").replaceChildren(json ? el("label", {}, "JSON", text) : shown.element);
    $("editor-switch").replaceChildren(...(fields.length ? [["Fields", false], ["JSON", true]] : []).map(([name, wanted]) =>
      button(name, () => change(wanted), { class: "small", "aria-pressed": String(json === wanted) })));
  };
  const read = () => (json ? JSON.parse($("editor-text").value) : shown.read());
  const change = (wanted) => {
    let value;
    try { value = read(); } catch (error) { $("editor-error").textContent = error.message; return; }
    try { draw(value, wanted); } catch { $("editor-error").textContent = "The fields cannot show this JSON: correct it, or send it as it is."; return; }
    asJson = wanted;
    $("editor-error").textContent = "";
  };
  const refuse = (error) => {
    const rest = shown && error.errors ? shown.show(error.errors) : null;
    $("editor-error").textContent = rest ? rest.map(({ code, detail, field }) => `${code}: ${detail ?? ""}${field ? ` (${field})` : ""}`).join("\n") : error.message;
  };
  $("editor-title").textContent = title;
  $("editor-path").textContent = `${method} ${path}`;
  $("editor-error").textContent = "";
  draw(body, asJson);
  $("editor-form").onsubmit = async (event) => {
    event.preventDefault();
    $("editor-send").disabled = true;
    try { await send(method, path, read()); } catch (error) { refuse(error); return; } finally { $("editor-send").disabled = false; }
    $("editor").close();
    await after();
    say(done);
  };
  $("editor").showModal();
  $("editor-content").querySelector("input:not([readonly]), select, textarea")?.focus();
}

// Whether the person wants it.
export function confirmed(question, verb) {
  $("question-text").textContent = question;
  $("question-yes").textContent = verb;
  $("question").returnValue = "";
  $("question").showModal();
  return new Promise((settle) => { $("question").onclose = () => settle($("question").returnValue === "yes"); });
}

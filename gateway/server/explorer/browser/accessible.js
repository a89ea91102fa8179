// What GraphiQL's own parts lack for screen readers and for the keyboard. Sets attributes, of parts known by class, and
// brings the tab that is chosen into view.

const set = (part, name, value) => part.getAttribute(name) === value || part.setAttribute(name, value);

function editorName(part) {
  if (part.closest(".graphiql-query-editor")) return "Operation";
  if (part.closest(".graphiql-response")) return "Answer";
  return part.closest(".graphiql-editor")?.matches(":first-child") ? "Variables" : "Headers";
}

function editors(container) {
  for (const each of container.querySelectorAll(".CodeMirror textarea")) set(each, "aria-label", editorName(each));
  for (const each of container.querySelectorAll(".CodeMirror-hints")) set(each, "aria-label", "Completions");
  for (const each of container.querySelectorAll(".CodeMirror-scroll")) set(each, "tabindex", "0");
}

// A tab holds a button that closes it, which the role does not allow: a list of buttons says the same.
function tabs(container) {
  for (const each of container.querySelectorAll(".graphiql-tabs, .graphiql-tab")) {
    each.removeAttribute("role");
    each.removeAttribute("aria-selected");
  }
  for (const each of container.querySelectorAll(".graphiql-tab")) {
    const button = each.querySelector(".graphiql-tab-button");
    if (!button) continue;
    const active = each.classList.contains("graphiql-tab-active");
    if (active && button.getAttribute("aria-current") !== "true") each.scrollIntoView({ block: "nearest", inline: "nearest" });
    set(button, "aria-current", String(active));
    const close = each.querySelector(".graphiql-tab-close");
    if (close) set(close, "aria-label", `Close ${button.textContent}`);
  }
}

// Its text is its name.
const history = (container) => container.querySelectorAll(".graphiql-history-item-label").forEach((each) => each.removeAttribute("aria-label"));

// Tab writes a tab where one can write: Escape before it leaves the editor.
function leaving(container) {
  let free = false;
  container.addEventListener(
    "keydown",
    (event) => {
      if (!event.target.matches(".CodeMirror textarea") || event.key === "Shift") return;
      if (event.key === "Tab" && (free || event.target.readOnly)) event.stopPropagation();
      free = event.key === "Escape";
    },
    true,
  );
}

/** Keeps the parts of GraphiQL inside this element accessible, those too that come later. */
export function accessible(container) {
  let planned = false;
  const arrange = () => {
    planned = false;
    editors(container);
    tabs(container);
    history(container);
  };
  const plan = () => {
    if (planned) return;
    planned = true;
    requestAnimationFrame(arrange);
  };
  const attributeFilter = ["aria-selected", "role"];
  new MutationObserver(plan).observe(container, { childList: true, subtree: true, attributes: true, attributeFilter });
  leaving(container);
}

// What the last answer took: its cost in one line, and below it each REST call as a bar. Asks for nothing itself.

const MAX_ROWS = 200;
const OPEN = "gateway:calls";
const FIRST = "Run an operation: the REST calls it makes are shown here.";

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
const milliseconds = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const badge = (text, kind = "") => element("li", { class: `badge ${kind}`.trim() }, text);

function badges({ cost, trace }, event) {
  const made = event ? [badge(`Event ${event}`)] : [];
  if (cost) {
    made.push(
      badge(count(cost.actualCalls, "REST call"), "calls-made"),
      badge(`${cost.estimatedCalls} estimated`),
      badge(count(cost.cacheHits, "cache hit")),
    );
    if (cost.retries) made.push(badge(cost.retries === 1 ? "1 retry" : `${cost.retries} retries`, "warned"));
    const { currentlyAvailable, maximumAvailable, pauseSeconds } = cost.throttleStatus ?? {};
    if (pauseSeconds) made.push(badge(`Throttled: paused for ${pauseSeconds} s`, "warned"));
    else if (maximumAvailable) made.push(badge(`Throttle: ${currentlyAvailable} of ${maximumAvailable} free`));
  }
  if (trace) made.push(badge(milliseconds(trace.durationMs)));
  return made;
}

// A bar holds the whole call, light while it waits for its turn, and dark its attempts.
function bar(call, whole) {
  const share = (value) => `${(100 * value) / whole}%`;
  const place = (made, { startMs, durationMs }) => {
    made.style.insetInlineStart = share(startMs);
    made.style.width = share(durationMs);
    return made;
  };
  const line = element("div", { class: "line" });
  line.append(place(element("span", { class: "wait" }), call));
  for (const each of call.attempts) {
    line.append(place(element("span", { class: each.outcome === "ok" ? "attempt" : "attempt failed" }), each));
  }
  return element("td", { class: "bar", "aria-hidden": "true" }, line);
}

function row(call, whole, fields) {
  const tried = call.attempts.map((each) => each.status ?? each.outcome).join(", ");
  const outcome = call.outcome === "ok" ? "ok" : call.outcome;
  return element(
    "tr",
    {},
    element("th", { scope: "row", title: fields }, call.operation),
    bar(call, whole),
    element("td", { class: "number" }, milliseconds(call.startMs)),
    element("td", { class: "number" }, milliseconds(call.durationMs)),
    element("td", {}, tried ? `${call.attempts.length} (${tried})` : "0"),
    element("td", {}, call.cache),
    element("td", call.outcome === "ok" ? {} : { class: "failed" }, outcome),
  );
}

function table(trace) {
  const whole = Math.max(trace.durationMs, ...trace.calls.map((each) => each.startMs + each.durationMs)) || 1;
  const fields = (call) =>
    trace.plan
      .filter((each) => each.level === call.level && each.operation === call.operation)
      .map((each) => each.field)
      .join(", ");
  const heads = ["Call", "Timeline", "Start", "Duration", "Attempts", "Cache", "Outcome"];
  const made = element(
    "table",
    {},
    element("caption", {}, `REST calls to Square, ${milliseconds(whole)} in all`),
    element("thead", {}, element("tr", {}, ...heads.map((each) => element("th", { scope: "col" }, each)))),
  );
  const shown = trace.calls.slice(0, MAX_ROWS);
  for (const level of [...new Set(shown.map((each) => each.level))].sort((a, b) => a - b)) {
    const calls = shown.filter((each) => each.level === level);
    const title = `Level ${level}: ${count(calls.length, "call")}`;
    const head = element("tr", { class: "level" }, element("th", { colspan: "7", scope: "rowgroup" }, title));
    made.append(element("tbody", {}, head, ...calls.map((each) => row(each, whole, fields(each)))));
  }
  const rest = trace.calls.length - shown.length;
  return rest ? [made, element("p", {}, `And ${count(rest, "more call")}.`)] : [made];
}

/**
 * Fills the panel. `show` is for the `extensions` of an answer, of a subscription with the event's number; `wait` is for
 * a subscription that has been told of nothing yet, `stop` for its end, and `fail` for an operation that got no answer.
 * `second` is the address of a page that writes something, `links` are those of pages that belong to this one, by name.
 */
export function callsPanel(panel, { traced, second, links }) {
  const summary = element("ul", { class: "badges", role: "list", "aria-label": "Cost of the last answer" });
  const status = element("div", { role: "status", class: "cost" }, FIRST);
  const body = element("div", { id: "waterfall", class: "waterfall", role: "region", "aria-label": "REST calls", tabindex: "0" });
  const toggle = element("button", { type: "button", "aria-controls": "waterfall" }, "Waterfall");
  let answered = false;
  let waiting = false;

  const arrange = () => {
    const open = localStorage.getItem(OPEN) !== "closed";
    toggle.setAttribute("aria-expanded", String(open));
    body.hidden = !open || !answered;
  };
  toggle.addEventListener("click", () => {
    localStorage.setItem(OPEN, toggle.getAttribute("aria-expanded") === "true" ? "closed" : "open");
    arrange();
  });
  const opens = { target: "_blank", rel: "noopener" };
  const pages = Object.entries(links).map(([name, href]) => element("a", { href, ...opens }, name));
  const beside = element("div", { class: "calls-beside" }, ...pages, toggle);
  panel.append(element("div", { class: "calls-head" }, status, beside), body);
  panel.hidden = false;
  arrange();

  const without = traced
    ? "No calls are told of this answer."
    : "Here the gateway tells no calls: GATEWAY_TRACE allows it, with GATEWAY_TRACE_KEY to who sends the header Gateway-Trace.";

  const wait = () => {
    answered = false;
    waiting = true;
    const link = element("a", { href: second, ...opens }, "second window");
    status.replaceChildren("It waits for an event: write something in a ", link, ".");
    arrange();
  };
  const stop = () => {
    if (waiting) status.replaceChildren(FIRST);
    waiting = false;
  };
  const show = (extensions, event = 0) => {
    const { trace } = extensions;
    answered = true;
    waiting = false;
    const made = badges(extensions, event);
    summary.replaceChildren(...made);
    status.replaceChildren(made.length ? summary : "This answer tells no cost: nothing was run.");
    if (!trace) body.replaceChildren(element("p", {}, without));
    else if (trace.calls.length) body.replaceChildren(...table(trace));
    else body.replaceChildren(element("p", {}, "No call to Square was needed."));
    arrange();
  };
  const fail = () => {
    answered = false;
    waiting = false;
    status.replaceChildren("No answer came: it is not known what was run.");
    arrange();
  };
  return { show, wait, stop, fail };
}

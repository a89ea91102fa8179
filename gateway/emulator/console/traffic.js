// The REST calls as they come, and the notifications as they go.
import { button, choice, el, field, follow, hour, pretty, say, send, table } from "./common.js";

const result = (each) => each.status ?? each.reason ?? "cut";
const parsed = (text) => { try { return JSON.parse(text); } catch { return text; } };

export async function calls(panel) {
  const rows = el("div", {}), side = el("section", { class: "card side", "aria-label": "Chosen call", tabindex: "0" }, el("p", { class: "quiet" }, "Choose a call to see its request and its answer."));
  let latest = 0, kept = [];
  const detail = async ({ id }) => {
    const each = await send("GET", `/_emulator/exchanges/${id}`);
    side.replaceChildren(el("h2", {}, `${each.method} ${each.path}${each.query && `?${each.query}`}`),
      el("h3", {}, "Request"), each.body === null ? el("p", { class: "quiet" }, "No body") : pretty(each.body),
      el("h3", {}, `Answer: ${result(each)}, ${each.size} bytes`), pretty(parsed(each.answer)));
  };
  const draw = () => rows.replaceChildren(kept.length
    ? table("REST calls", [["Operation", (each) => each.operation], ["Status", result], ["ms", (each) => each.milliseconds], ["Path", (each) => `${each.method} ${each.path}`], ["Time", (each) => hour(each.began)]], kept, detail)
    : el("p", { class: "quiet" }, "No calls yet: send a query to the gateway, or use one of Square's SDKs."));
  panel.replaceChildren(el("div", { class: "columns" },
    el("section", { class: "card" }, el("div", { class: "bar" }, button("Forget all", async () => { await send("DELETE", "/_emulator/calls"); kept = []; draw(); })), rows), side));
  draw();
  await follow(rows, async () => {
    const { exchanges } = await send("GET", `/_emulator/exchanges?after=${latest}`);
    if (!exchanges.length) return;
    latest = exchanges[0].id;
    kept = [...exchanges, ...kept].slice(0, 200);
    draw();
  });
}

export async function webhooks(panel, about) {
  const rows = el("div", {}), who = el("div", {}), side = el("section", { class: "card side", "aria-label": "Chosen attempt", tabindex: "0" }, el("p", { class: "quiet" }, "Choose an attempt to see its signature and its content."));
  const type = choice(about.event_types), url = el("input", { type: "url", size: "34", placeholder: "http://127.0.0.1:9000/hook", required: true });
  let latest = 0, kept = [];
  const detail = async ({ id }) => {
    const each = await send("GET", `/_emulator/webhooks/sent/${id}`);
    side.replaceChildren(el("h2", {}, each.type), el("div", { class: "bar" }, button("Resend", async () => say(`Answered ${result((await send("POST", `/_emulator/webhooks/sent/${id}/resend`)).attempt)}.`), { class: "first" })),
      el("h3", {}, "Headers"), pretty(each.headers), el("h3", {}, "Body"), pretty(parsed(each.body)));
  };
  const draw = () => rows.replaceChildren(kept.length
    ? table("Attempts", [["Type", (each) => each.type], ["Answer", result], ["Retries", (each) => each.retries], ["ms", (each) => each.milliseconds], ["To", (each) => each.notification_url], ["Time", (each) => hour(each.ended)]], kept, detail)
    : el("p", { class: "quiet" }, "Nothing was sent yet."));
  const subscribers = async () => {
    const { subscriptions } = await send("GET", "/_emulator/webhooks/subscriptions");
    who.replaceChildren(subscriptions.length
      ? table("Subscriptions", [["URL", (each) => each.notification_url], ["Application", (each) => each.application], ["Signature key", (each) => each.signature_key], ["Enabled", (each) => (each.enabled ? "yes" : "no")], ["Types", (each) => each.event_types.join(", ") || "all"]], subscriptions,
        async (each) => side.replaceChildren(el("div", { class: "bar" }, button("Delete", async () => { await send("DELETE", `/_emulator/webhooks/subscriptions/${each.id}`); await subscribers(); })), pretty(each)))
      : el("p", { class: "quiet" }, "Nobody is told yet."));
  };
  const subscribe = async (event) => {
    event.preventDefault();
    try { await send("PUT", "/_emulator/webhooks/subscriptions", { notification_url: url.value }); await subscribers(); } catch (error) { say(error.message); }
  };
  panel.replaceChildren(el("div", { class: "columns" }, el("div", {},
    el("section", { class: "card" }, el("h2", {}, "Subscriptions"), el("form", { class: "bar", onsubmit: subscribe }, field("Notification URL", url), el("button", {}, "Subscribe")), who),
    el("section", { class: "card" }, el("h2", {}, "Attempts"), el("form", { class: "bar" }, field("Event type", type), button("Trigger a sample", async () => {
      const { applications } = await send("POST", "/_emulator/webhooks/events", { type: type.value });
      say(applications.length === 0 ? "Nobody is told of it." : "Told.");
    }, { class: "first" })), rows)), side));
  draw();
  await subscribers();
  await follow(rows, async () => {
    const { attempts } = await send("GET", `/_emulator/webhooks/sent?after=${latest}`);
    if (!attempts.length) return;
    latest = attempts[0].id;
    kept = [...attempts, ...kept].slice(0, 200);
    draw();
  });
}

// Notifications: who is told, what makes one, and each attempt as it ends.
import { bar, button, card, choice, el, field, follow, goOnFrom, hour, pretty, quiet, say, send, side, state, submitting } from "../common.js";
import { badge, redraw, table } from "../views.js";
import { disturbances } from "./disturbances.js";

const PATH = "/_emulator/webhooks";
// As many as the emulator keeps.
const KEPT = 500;
const parsed = (text) => { try { return JSON.parse(text); } catch { return text; } };
const result = (each) => each.status ?? each.reason ?? "cut";
const answer = (each) => badge(result(each), each.status >= 200 && each.status < 300);

function attempts(aside) {
  const rows = el("div", {});
  let latest = 0, kept = [], chosen = null;
  const resend = async (id) => say(`Answered ${result((await send("POST", `${PATH}/sent/${id}/resend`)).attempt)}.`);
  const detail = async ({ id }) => {
    chosen = id;
    const each = await send("GET", `${PATH}/sent/${id}`);
    aside.replaceChildren(el("h2", {}, each.type), el("p", {}, answer(each), el("span", { class: "quiet" }, ` ${each.milliseconds} ms to ${each.notification_url}`)),
      bar(button("Resend", () => resend(id), { class: "first" })), el("h3", {}, "Headers"), pretty(each.headers), el("h3", {}, "Body"), pretty(parsed(each.body)));
  };
  const columns = [["Type", (each) => each.type], ["Answer", answer], ["Retries", (each) => each.retries], ["ms", (each) => each.milliseconds], ["To", (each) => each.notification_url], ["Time", (each) => hour(each.ended)]];
  const draw = () => redraw(rows, kept.length ? table("Attempts", columns, kept, detail, (each) => each.id === chosen) : quiet("Nothing was sent yet: subscribe a URL, and trigger an event."));
  draw();
  return { rows, ask: async () => {
    const { attempts: found } = await send("GET", `${PATH}/sent?after=${latest}`);
    if (!found.length) return;
    latest = found[0].id;
    kept = [...found, ...kept].slice(0, KEPT);
    draw();
  } };
}

function subscriptions(aside) {
  const rows = el("div", {}), url = el("input", { type: "url", size: "34", placeholder: "http://127.0.0.1:9000/hook", required: true });
  const detail = async (each) => aside.replaceChildren(el("h2", {}, "Subscription"), bar(button("Delete", async () => {
    await send("DELETE", `${PATH}/subscriptions/${each.id}`);
    aside.replaceChildren(quiet("It is gone."));
    await load();
    goOnFrom(aside);
  }, { class: "danger" })), pretty(each));
  const load = async () => {
    const { subscriptions: found } = await send("GET", `${PATH}/subscriptions`);
    rows.replaceChildren(found.length ? table("Subscriptions", [["URL", (each) => each.notification_url], ["Application", (each) => each.application], ["Signature key", (each) => each.signature_key],
      ["Enabled", (each) => (each.enabled ? "yes" : "no")], ["Types", (each) => each.event_types.join(", ") || "all"]], found, detail) : quiet("Nobody is told yet. The gateway subscribes itself when it starts the emulator."));
  };
  const subscribe = async () => { await send("PUT", `${PATH}/subscriptions`, { notification_url: url.value }); await load(); say("Subscribed."); };
  return { load, element: card("Subscriptions", el("form", { class: "bar", onsubmit: submitting(subscribe) }, field("Notification URL", url), el("button", {}, "Subscribe")), rows) };
}

export async function webhooks(panel, about) {
  const aside = side("Chosen attempt", "Choose an attempt to see its signature and its content.");
  const type = choice(about.event_types), sent = attempts(aside), told = subscriptions(aside);
  const sample = async () => {
    const { applications } = await send("POST", `${PATH}/events`, { type: type.value, seller: state.seller.id });
    say(applications ? "A sample was made, and its subscribers are told." : "Nobody subscribes to it: no sample was made.");
  };
  const trigger = async () => {
    const { done } = await send("POST", `${PATH}/trigger`, { type: type.value });
    say(done ? `Done: ${done}.` : "Nothing that can be done leads to it: a sample was made.");
  };
  panel.replaceChildren(el("div", { class: "columns" }, el("div", {}, told.element, await disturbances(),
    card("Attempts", bar(field("Event type", type), button("Make it happen", trigger, { class: "first" }), button("Trigger a sample", sample)), sent.rows)), aside));
  await told.load();
  await follow(sent.rows, sent.ask);
}

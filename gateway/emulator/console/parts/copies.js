// Copies of the shop: forks, each with a token of its own, and a snapshot as a file.
import { ask, bar, button, card, el, field, follow, goOnFrom, quiet, say, send, state, submitting, time } from "../common.js";
import { confirmed } from "../editor.js";
import { choose, listShops } from "../shops.js";
import { redraw, table } from "../views.js";

const FORKS = "/_emulator/forks", SNAPSHOT = "/_emulator/snapshot";
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

async function copied(text) {
  try { await navigator.clipboard.writeText(text); } catch { throw new Error("The browser keeps pages from copying here: select the token, and copy it by hand."); }
  say("Copied.");
}

function forks() {
  const rows = el("div", {});
  let drawn = "";
  const draw = async () => {
    const found = await listShops();
    if (JSON.stringify([found, state.fork]) === drawn) return;
    drawn = JSON.stringify([found, state.fork]);
    redraw(rows, found.length ? table("Forks", [
      ["Fork", (each) => each.id], ["Token", (each) => el("code", {}, each.token)], ["Merchant id", (each) => each.merchant_id], ["Made", (each) => time(each.created_at)],
      ["Change", (each) => bar(button("Copy token", () => copied(each.token), { class: "small", "aria-label": `Copy token of ${each.id}` }),
        button("Look at", () => choose(each.id), { class: "small", "aria-label": `Look at ${each.id}`, disabled: each.id === state.fork }),
        button("Delete", () => drop(each), { class: "small danger", "aria-label": `Delete ${each.id}` }))],
    ], found) : quiet("There are no forks."));
  };
  const make = async () => {
    const { fork } = await send("POST", FORKS);
    await draw();
    say(`Made ${fork.id}.`);
  };
  const drop = async ({ id }) => {
    if (!(await confirmed(`Delete ${id} with everything in it?`, "Delete"))) return;
    await send("DELETE", `${FORKS}/${id}`);
    await draw();
    goOnFrom(first);
    say("The fork was deleted.");
  };
  const first = button("Fork this shop", make, { class: "first" });
  return { draw, rows, element: card("Forks", quiet("A fork is a copy of the shop under a token of its own, with its own calls, faults, clock and webhooks: what is done in it, no other shop sees. It is in memory, and gone when the emulator ends."),
    bar(first), rows) };
}

function snapshot() {
  const file = el("input", { type: "file", accept: ".db,application/vnd.sqlite3", required: true });
  const save = async () => {
    const saved = await (await ask("GET", SNAPSHOT)).blob(), url = URL.createObjectURL(saved);
    el("a", { href: url, download: "snapshot.db" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    say(`Saved ${megabytes(saved.size)}.`);
  };
  const load = async () => {
    const [chosen] = file.files;
    if (!(await confirmed(`Replace everything in the shop by ${chosen.name}?`, "Replace"))) return;
    say("Loading…");
    const answer = await ask("PUT", SNAPSHOT, chosen, "application/vnd.sqlite3");
    const { snapshot: loaded } = await answer.json();
    say(`Loaded ${megabytes(loaded.bytes)}. It is ${time(loaded.now)} UTC.`);
  };
  return card("Snapshot", quiet("The whole shop as one file: customers, loyalty, attributes, tokens, and how far the clock is ahead. Calls, faults and subscriptions are not in it."),
    bar(button("Save to a file", save)), el("form", { class: "bar", onsubmit: submitting(load) }, field("Snapshot file", file), el("button", {}, "Load")));
}

export async function copies(panel) {
  const made = forks();
  panel.replaceChildren(made.element, snapshot());
  await follow(made.rows, made.draw);
}

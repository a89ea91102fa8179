// Which shop is looked at: the original, or one of its forks. A fork is chosen by its token, which all requests bear.
import { $, el, say, send, state } from "./common.js";

let changed = async () => {}, listed = "";
// How often the forks were asked for, which of the answers is the latest that was shown, and what it told.
let asked = 0, shown = 0, known = [];

export function whenChosen(call) {
  changed = call;
  $("shop").addEventListener("change", () => choose($("shop").value));
}

export async function choose(id) {
  // A form or a question that is open is about the shop that was chosen until now.
  for (const each of document.querySelectorAll("dialog[open]")) each.close();
  state.fork = id;
  $("shop").value = id;
  await changed();
}

// The forks that there are now; who looked at one that is gone is led back to the original.
export async function listShops() {
  const turn = asked += 1;
  const { forks } = await send("GET", "/_emulator/forks");
  // What was asked before, and comes after, tells of what has been.
  if (turn < shown) return known;
  [shown, known] = [turn, forks];
  if (JSON.stringify(forks) !== listed) {
    listed = JSON.stringify(forks);
    $("shop").replaceChildren(el("option", { value: "" }, "Original"), ...forks.map(({ id }) => el("option", { value: id }, id)));
    $("shops").hidden = !forks.length;
    $("shop").value = state.fork;
  }
  if (state.fork && !forks.some(({ id }) => id === state.fork)) {
    await choose("");
    say("The fork is gone: this is the original shop.");
  }
  return forks;
}

// What forms have to choose from: the loyalty program with its tiers, and the seller's locations.
import { send, state } from "../common.js";

export const program = async () => (await send("GET", "/v2/loyalty/programs/main")).program;

export const tiers = async () => ((await program()).reward_tiers ?? []).map((each) => [each.id, `${each.name} (${each.points})`]);

export async function locations() {
  const found = await send("GET", `/_emulator/locations?seller=${encodeURIComponent(state.seller.id)}`);
  return found.locations.map((each) => [each.id, each.name]);
}

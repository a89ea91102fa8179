// Loyalty rewards: issued for points, then redeemed or given back.
import { key, send, time } from "../common.js";
import { locations, tiers } from "./program.js";

const PATH = "/v2/loyalty/rewards";

export const issuing = async (account) => ({
  title: "Issue a reward", method: "POST", path: PATH, done: "The reward was issued, and its points were taken.",
  body: { idempotency_key: key(), reward: { ...(account && { loyalty_account_id: account }) } },
  fields: [
    { at: "reward.loyalty_account_id", label: "Loyalty account id", required: true, wide: true },
    { at: "reward.reward_tier_id", label: "Tier (points)", type: "select", required: true, options: await tiers() },
    { at: "reward.order_id", label: "Order id" },
  ],
});

const redeeming = async (each) => ({
  title: "Redeem the reward", method: "POST", path: `${PATH}/${each.id}/redeem`, body: { idempotency_key: key() }, done: "The reward was redeemed.",
  fields: [{ at: "location_id", label: "Location", type: "select", required: true, options: await locations(), wide: true }],
});

export const rewards = {
  rows: "rewards",
  empty: "There are no rewards. Issue one to a loyalty account with points enough.",
  list: (cursor) => send("POST", `${PATH}/search`, { limit: 30, ...(cursor && { cursor }) }),
  columns: [["Reward", (each) => each.id], ["State", (each) => each.status], ["Points", (each) => each.points], ["Account", (each) => each.loyalty_account_id], ["Created", (each) => time(each.created_at)]],
  adding: "Issue a reward",
  add: () => issuing(),
  actions: (each) => (each.status === "ISSUED" ? [
    { title: "Redeem", open: () => redeeming(each) },
    { title: "Delete", gone: true, ask: "Delete the reward, and give its points back?", verb: "Delete", call: ["DELETE", `${PATH}/${each.id}`], done: "The reward was deleted, and its points are back." },
  ] : []),
};

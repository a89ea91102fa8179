// Loyalty promotions: made once, then only canceled.
import { key, send, time } from "../common.js";
import { period } from "./period.js";
import { program } from "./program.js";

const AT = "loyalty_promotion";
const path = async () => `/v2/loyalty/programs/${(await program()).id}/promotions`;
const incentive = (type) => (body) => body[AT]?.incentive?.type === type;
const limited = (body) => Number(body[AT]?.trigger_limit?.times) > 0;
const spending = (body) => body[AT]?.minimum_spend_amount_money?.amount !== undefined;

const FIELDS = [
  { at: `${AT}.name`, label: "Name", required: true },
  { at: `${AT}.incentive.type`, label: "Incentive", type: "select", required: true, options: [["POINTS_MULTIPLIER", "Multiply the points"], ["POINTS_ADDITION", "Add points"]] },
  { at: `${AT}.incentive.points_multiplier_data.multiplier`, label: "Multiplier", required: true, example: "2.0", when: incentive("POINTS_MULTIPLIER") },
  { at: `${AT}.incentive.points_addition_data.points_addition`, label: "Points to add", type: "number", required: true, when: incentive("POINTS_ADDITION") },
  { at: `${AT}.available_time.time_periods`, label: "When", required: true, control: period },
  { at: `${AT}.trigger_limit.times`, label: "At most so many times for a buyer", type: "number" },
  { at: `${AT}.trigger_limit.interval`, label: "Counted", type: "select", options: [["ALL_TIME", "For all time"], ["DAY", "Each day"]], when: limited },
  { at: `${AT}.minimum_spend_amount_money.amount`, label: "Minimum spend, in cents", type: "number" },
  { at: `${AT}.minimum_spend_amount_money.currency`, label: "Currency", example: "USD", preset: "USD", when: spending },
];

export const promotions = {
  rows: "loyalty_promotions",
  empty: "There are no promotions. Create one: Square has at most ten that have not ended.",
  list: async (cursor) => send("GET", `${await path()}?limit=30${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`),
  columns: [["Name", (each) => each.name], ["State", (each) => each.status], ["Incentive", (each) => each.incentive.points_multiplier_data?.multiplier?.replace(/^/, "× ") ?? `+ ${each.incentive.points_addition_data.points_addition}`], ["Updated", (each) => time(each.updated_at)]],
  adding: "Create a promotion",
  add: async () => ({ title: "Create a promotion", method: "POST", path: await path(), fields: FIELDS, done: "The promotion was created.",
    body: { idempotency_key: key(), [AT]: { incentive: { type: "POINTS_MULTIPLIER", points_multiplier_data: { multiplier: "2.0" } } } } }),
  actions: (each) => (["ACTIVE", "SCHEDULED"].includes(each.status) ? [
    { title: "Cancel promotion", gone: true, ask: `Cancel ${each.name}? Square has no way back.`, verb: "Cancel the promotion", call: ["POST", `/v2/loyalty/programs/${each.loyalty_program_id}/promotions/${each.id}/cancel`], done: "The promotion was canceled." },
  ] : []),
};

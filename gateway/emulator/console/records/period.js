// The control for when a promotion is on: one time period, written as Square takes it (a part of RFC 5545).
import { choice, el, field } from "../common.js";

const DAYS = [["MO", "Mon"], ["TU", "Tue"], ["WE", "Wed"], ["TH", "Thu"], ["FR", "Fri"], ["SA", "Sat"], ["SU", "Sun"]];
const bare = (text) => text.replaceAll("-", "").replaceAll(":", "");

function parsed(text) {
  const [, day, hour, minute] = /DTSTART:(\d{8})T(\d{2})(\d{2})/.exec(text) ?? [];
  const rule = /RRULE:(.*)/.exec(text)?.[1] ?? "";
  return {
    date: day && `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`, start: hour && `${hour}:${minute}`,
    hours: /DURATION:PT(\d+)H/.exec(text)?.[1], days: /BYDAY=([A-Z,]+)/.exec(rule)?.[1].split(",") ?? [], repeats: /FREQ=(\w+)/.exec(rule)?.[1] ?? (text ? "" : "DAILY"),
    until: /UNTIL=(\d{8})/.exec(rule)?.[1].replace(/(\d{4})(\d{2})(\d{2})/, "$1-$2-$3"),
  };
}

export function period(_, value, { id, ...attributes }) {
  const now = parsed(value?.[0] ?? "");
  const input = (type, text, more = {}) => { const made = el("input", { type, ...more }); made.value = text ?? ""; return made; };
  const date = input("date", now.date), start = input("time", now.start ?? "09:00"), hours = input("text", now.hours ?? "2", { inputmode: "numeric" });
  const repeats = choice([["DAILY", "Every day"], ["WEEKLY", "Every week"], ["", "Not at all"]]), until = input("date", now.until);
  repeats.value = now.repeats;
  const boxes = DAYS.map(([each]) => el("input", { type: "checkbox", value: each, checked: now.days.includes(each) }));
  const week = el("div", { class: "several", role: "group", "aria-label": "Days of the week" }, ...DAYS.map(([, text], index) => el("label", {}, boxes[index], text)));
  const show = () => { week.hidden = repeats.value !== "WEEKLY"; };
  repeats.addEventListener("change", show);
  show();
  return {
    element: el("div", { id, role: "group", "aria-label": "When", ...attributes, class: "period" },
      field("From", date), field("At", start), field("For hours", hours), field("Repeats", repeats), field("Until (no end if empty)", until), week),
    get value() {
      if (!date.value) return undefined;
      const days = boxes.filter((box) => box.checked).map((box) => box.value).join(",");
      const rule = [`FREQ=${repeats.value}`, repeats.value === "WEEKLY" && days && `BYDAY=${days}`, until.value && `UNTIL=${bare(until.value)}T235959`].filter(Boolean).join(";");
      const text = `DTSTART:${bare(date.value)}T${bare(start.value || "00:00")}00\nDURATION:PT${hours.value}H${repeats.value && `\nRRULE:${rule}`}`;
      return [text, ...(value ?? []).slice(1)];
    },
  };
}

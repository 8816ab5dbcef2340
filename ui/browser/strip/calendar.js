// Dates as queries write them: `2023`, `2023-05`, `2023-05-17`, and times from one to another. Places in a row of units.
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = 86_400_000; // ms
const WIDEST = 6; // units without any face that are drawn; what is longer is a gap

// How many units it is from a beginning of all times to a date of that unit, and the other way round.
export function placeOf(date, unit) {
  const [year, month, day] = date.split("-").map(Number);
  if (unit === "year") return year;
  return unit === "month" ? year * 12 + month - 1 : Date.UTC(year, month - 1, day) / DAY;
}

export function dateAt(place, unit) {
  if (unit === "year") return String(place).padStart(4, "0");
  if (unit === "day") return new Date(place * DAY).toISOString().slice(0, 10);
  return `${String(Math.floor(place / 12)).padStart(4, "0")}-${String((place % 12) + 1).padStart(2, "0")}`;
}

// The units from the first to the last bar, one behind the other: each a date and its faces, or null for a gap.
export function slotsOf(bars, unit) {
  const slots = [];
  let before = null;
  for (const [date, faces] of bars) {
    const place = placeOf(date, unit);
    if (before !== null && place - before > WIDEST + 1) slots.push(null, null);
    else if (before !== null) for (let empty = before + 1; empty < place; empty++) slots.push({ date: dateAt(empty, unit), faces: 0 });
    slots.push({ date, faces });
    before = place;
  }
  return slots;
}

// `2023-05..2023-08` as its first and last possible day, so that they can be compared as text.
export function bounds(time) {
  const [first, last] = time.includes("..") ? time.split("..") : [time, time];
  return { first: first ? first + "-01-01".slice(first.length - 4) : "0000", last: last ? last + "-12-31".slice(last.length - 4) : "9999-99" };
}

export function overlaps(date, { first, last }) {
  const own = bounds(date);
  return own.first <= last && own.last >= first;
}

export function between(one, other) {
  const [first, last] = [one, other].sort();
  return first === last ? first : `${first}..${last}`;
}

// `May 2023`, `17 May 2023`, `May 2023 – Aug 2023`.
export function spoken(time) {
  if (!time.includes("..")) return spokenDate(time);
  const [first, last] = time.split("..");
  if (!first) return `until ${spokenDate(last)}`;
  return last ? `${spokenDate(first)} – ${spokenDate(last)}` : `from ${spokenDate(first)}`;
}

export function spokenDate(date) {
  const [year, month, day] = date.split("-");
  return [day && Number(day), month && MONTHS[Number(month) - 1], year].filter(Boolean).join(" ");
}

export function monthName(number) {
  return MONTHS[number];
}

// What stands under a slot where one counts anew: a year under its first month, a month under its first day.
export function heading(date, unit, before) {
  if (unit === "year") return Number(date) % 10 === 0 || !before ? date : null;
  const shown = unit === "month" ? date.slice(0, 4) : date.slice(0, 7);
  if (before && before.startsWith(shown)) return null;
  return unit === "month" ? shown : spokenDate(shown);
}

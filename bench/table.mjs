/**
 * The table of one runtime.
 *
 * @module
 */
import { UNITS } from "./units.mjs";

const HEAD = ["", "ours", "beside", "", "ratio", "low–high", "goal", ""];
/** Figures stand to the right. */
const RIGHT = new Set([1, 3, 4]);

/** Lines of the table for rows with their verdicts. */
export function table(title, rows) {
  const cells = [HEAD, ...rows.map(cellsOf).map(saidOnce)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) =>
    row.map((cell, column) => RIGHT.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))
  );
  return [title, ...lines.map((line) => `  ${line.join("  ").trimEnd()}`)].join("\n");
}

/** What is measured is written in its first row only. */
function saidOnce([what, ...cells], place, all) {
  return [what === all[place - 1]?.[0] ? "" : what, ...cells];
}

function cellsOf({ what, failed, unit, ours, beside, theirs, ratio, goal, met }) {
  if (failed !== undefined) return [what, "failed", failed, "", "", "", "", "not met"];
  return [
    what,
    UNITS[unit](ours),
    beside ?? "",
    theirs === null ? "" : UNITS[unit](theirs),
    ratio === null ? "" : `${ratio.median.toFixed(2)} ×`,
    ratio === null ? "" : `${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}`,
    goal === undefined ? "" : written(goal),
    met === null ? "" : met ? "met" : "not met",
  ];
}

/** Lines of the table of everybody for rows that have sides. */
export function sideTable(title, rows, sides) {
  const head = ["", ...sides];
  const cells = [
    head,
    ...rows.map(({ what, unit, sides: by }) => [what, ...sides.map((side) => figure(by[side], unit))]),
  ];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) =>
    row.map((cell, column) => column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
  );
  return [title, ...lines.map((line) => `  ${line.join("  ").trimEnd()}`)].join("\n");
}

/** A figure, or the word for why there is none. */
export function figure(value, unit) {
  return value === undefined ? "–" : typeof value === "number" ? UNITS[unit](value) : value;
}

/** A bound from below or from above, and what is aimed for. */
export function written({ least, most, aim }) {
  const bound = least === undefined ? `≤ ${most}` : `≥ ${least}`;
  return aim === undefined ? bound : `${bound}, aim ${aim}`;
}

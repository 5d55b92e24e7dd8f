/**
 * The chart of the group `side`: a panel for each of some lines, a bar for each who was measured, as an SVG that reads
 * in light and in dark. Written by hand: bars and words need no library that draws axes.
 *
 * @module
 */
import { figure } from "./table.mjs";

/** What is shown: the row, and how it is called. */
const PANELS = [
  ["tiny tasks, many at once", "Tiny tasks a second: more is better"],
  ["1 KiB there and back, p50", "1 KiB to a worker and back, median: less is better"],
  ["1 KiB there and back, p99", "The same, 99th percentile: less is better"],
  ["64 MiB there and back, p50", "64 MiB to a worker and back, median: less is better"],
  ["a pool's first value", "From the making of a pool to its first value: less is better"],
  ["kill -9 to the next value", "From kill -9 of a busy worker to the next task's value: less is better"],
  ["memory of a worker", "Resident memory of a worker: less is better"],
];
const NAMES = { ours: "brood", "bare runtime": "bare socket" };
const WIDTH = 880;
const [LABEL, FIGURE, ROW, GAP] = [190, 110, 19, 40];

const STYLE = `text { font: 12px system-ui, sans-serif; fill: #24292f }
.head { font-weight: 600; font-size: 16px } .title { font-weight: 600; font-size: 13px }
.note, .word { fill: #57606a; font-size: 11px } .word { font-style: italic }
.bar { fill: #afb8c1 } .ours { fill: #1a7f37 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .note, .word { fill: #9198a1 } .bar { fill: #57606a } .ours { fill: #3fb950 }
}`;

/** An SVG of what `npm run bench` has measured. */
export function chart({ date, quick, cpus, versions, results }) {
  const machine = `${new Date(date).toISOString().slice(0, 10)}, ${cpus.length} × ${cpus[0]}`;
  const measured = Object.entries(versions).map(([name, version]) => `${titled(name)} ${version}`).join(", ");
  const how = quick ? "one round, which says little" : "two workers, medians, logarithmic scale";
  const parts = [
    text("head", 0, 16, `@brood/multiprocessing beside others: ${how}`),
    text("note", 0, 34, machine),
    text("note", 0, 49, measured),
  ];
  let top = 66;
  for (const [what, title] of PANELS) {
    const bars = barsOf(what, results);
    if (bars.length === 0) continue;
    parts.push(...panel(title, bars, top));
    top += bars.length * ROW + GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 0 ${
    WIDTH + 8
  } ${top}" width="${WIDTH}" height="${top}" role="img">
<title>@brood/multiprocessing beside CPython, piscina, tinypool, workerpool and bare sockets</title>
<style>${STYLE}</style>
${parts.join("\n")}
</svg>
`;
}

/** Everybody of a line on each runtime; CPython, which is on none, once. */
function barsOf(what, results) {
  const found = results.map(({ runtime, rows }) => [runtime, rows.find((row) => row.what === what && row.sides)]);
  const present = found.filter(([, row]) => row !== undefined);
  const bars = present.flatMap(([runtime, { sides, unit }]) =>
    Object.entries(sides).filter(([side]) => side !== "CPython").map(([side, value]) => ({
      label: `${NAMES[side] ?? side}, ${titled(runtime)}`,
      isOurs: side === "ours",
      value,
      unit,
    }))
  );
  const CPython = present[0]?.[1].sides.CPython;
  return CPython === undefined ? bars : [...bars, { ...bars[0], label: "CPython", isOurs: false, value: CPython }];
}

/** A title with its bars below. A bar begins at half of the least value, since a logarithm has no zero. */
function panel(title, bars, top) {
  const values = bars.map(({ value }) => value).filter((value) => typeof value === "number");
  const [low, high] = [Math.log(Math.min(...values) / 2), Math.log(Math.max(...values))];
  const length = (value) => (Math.log(value) - low) / (high - low) * (WIDTH - LABEL - FIGURE);
  return [
    text("title", 0, top + 12, title),
    ...bars.flatMap(({ label, isOurs, value, unit }, place) => {
      const y = top + 20 + place * ROW;
      const name = text("", 0, y + 12, label);
      if (typeof value !== "number") return [name, text("word", LABEL, y + 12, value)];
      const kind = isOurs ? "bar ours" : "bar";
      const width = length(value).toFixed(1);
      const bar = `<rect class="${kind}" x="${LABEL}" y="${y + 2}" width="${width}" height="13" rx="2"/>`;
      return [name, bar, text("", LABEL + Number(width) + 6, y + 12, figure(value, unit))];
    }),
  ];
}

/** Runtimes are written as names. */
function titled(name) {
  return /^(deno|bun)$/.test(name) ? `${name[0].toUpperCase()}${name.slice(1)}` : name;
}

function text(kind, x, y, words) {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text${kind === "" ? "" : ` class="${kind}"`} x="${x}" y="${y}">${escaped}</text>`;
}

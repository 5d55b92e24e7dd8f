/**
 * Runs the spec under every runtime, several areas at a time, and prints which behaviour holds on which. The last
 * line is `N passed, N failed`: results are counted per runtime, check scripts once.
 *
 *     node scripts/conformance.mjs            the check scripts and all areas
 *     node scripts/conformance.mjs process    one area, or several
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { ROOT, RUNTIMES, SELF } from "./runtimes.mjs";
import { readSpec } from "./spec_pages.mjs";
import { runArea } from "./spec_run.mjs";

/** So many areas run at a time: most of them wait for processes more than they compute. */
const LANES = 4;

/** Areas that take longest are begun first, so that none of them is the last alone. */
const LONG = [
  "orphans",
  "hostile_guest",
  "lock_sharing",
  "fork_path",
  "process_table",
  "wait",
  "manager_remote",
  "hostile",
  "fork",
  "pool_faults",
  "interrupt",
  "authentication",
  "pool_limits",
];

const asked = process.argv.slice(2);
const spec = readSpec();
const unknown = asked.filter((name) => !spec.some((area) => area.name === name));
if (unknown.length > 0) {
  console.error(`No such area: ${unknown.join(", ")}. There are: ${spec.map(({ name }) => name).join(", ")}`);
  process.exit(1);
}

const checked = asked.length > 0 || runChecks();
const areas = spec.filter(({ name }) => asked.length === 0 || asked.includes(name));
const scratch = mkdtempSync(`${tmpdir()}/conformance-`);
const columns = await runAll().finally(() => rmSync(scratch, { recursive: true }));

const failures = areas.flatMap(printTable);
for (const failure of failures) console.log(`\n${failure}`);
if (!checked) console.log("\n✗ the check scripts: see the start of this output");
const results = columns.flatMap((column) => [...column.values()].flatMap((area) => [...area.values()]));
const failed = failures.length + (checked ? 0 : 1);
console.log(`\n${results.length - failures.length + (checked && asked.length === 0 ? 1 : 0)} passed, ${failed} failed`);
process.exit(failed === 0 && results.length > 0 ? 0 : 1);

function runChecks() {
  const [program, ...args] = SELF;
  return spawnSync(program, [...args, "scripts/check.mjs"], { cwd: ROOT, stdio: "inherit" }).status === 0;
}

/** All areas under all runtimes: for each runtime, results by area. */
async function runAll() {
  const order = areas.toSorted((one, other) => rank(one) - rank(other));
  const jobs = order.flatMap((area) => RUNTIMES.map((runtime, column) => ({ area, runtime, column })));
  const columns = RUNTIMES.map(() => new Map());
  await Promise.all(Array.from({ length: LANES }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      columns[job.column].set(job.area.name, await runOne(job));
    }
  }));
  return columns;
}

function rank({ name }) {
  return LONG.includes(name) ? LONG.indexOf(name) : LONG.length;
}

/** One area under one runtime. What another leaves behind for a moment is not its own: each has a folder for sockets. */
async function runOne({ area, runtime }) {
  const start = performance.now();
  const sockets = mkdtempSync(`${scratch}/s`);
  const results = await runArea(area, runtime, { scratch, sockets });
  const bad = [...results.values()].filter((failure) => failure !== null).length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${runtime.name.padEnd(6)} ${area.name.padEnd(16)} ${seconds.padStart(6)} s  ${bad > 0 ? `${bad} failed` : "ok"}`,
  );
  return results;
}

/** Prints the rows of an area; gives a text for each failure. */
function printTable({ name, bullets }) {
  const results = columns.map((column) => column.get(name));
  const sentences = new Set([...bullets, ...results.flatMap((area) => [...area.keys()])]);
  console.log(`\n${RUNTIMES.map((runtime) => runtime.name.padEnd(6)).join("")}${name}`);
  const texts = [];
  for (const sentence of sentences) {
    const marks = results.map((area) => !area.has(sentence) ? "–" : area.get(sentence) === null ? "✓" : "✗");
    console.log(`${marks.map((mark) => ` ${mark}`.padEnd(6)).join("")}${sentence}`);
    results.forEach((area, at) => {
      const failure = area.get(sentence) ?? null;
      if (failure !== null) texts.push(`✗ ${RUNTIMES[at].name}: ${sentence}\n${failure.replace(/^/gm, "    ")}`);
    });
  }
  return texts;
}

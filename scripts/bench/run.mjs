/**
 * Measures the library on both runtimes beside CPython, the bare runtime and the pools of others, and prints a table
 * for each; the same with all readings goes into a file. See CONTRIBUTING.md for how to read it.
 *
 *     npm run bench                               everything
 *     npm run bench -- pool deno                  some groups (process, fork, pool, shared), some runtimes
 *     npm run bench -- --json <file>              another file than bench.json
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { RUNTIMES } from "../runtimes.mjs";
import { POOL_TRIALS } from "./pool_trials.mjs";
import { FORK_TRIALS, PROCESS_TRIALS } from "./process_trials.mjs";
import { SHARED_TRIALS } from "./shared_trials.mjs";
import { endAll } from "./station.mjs";
import { table } from "./table.mjs";
import { run } from "./trial.mjs";

const GROUPS = { process: PROCESS_TRIALS, fork: FORK_TRIALS, pool: POOL_TRIALS, shared: SHARED_TRIALS };
/** Milliseconds for everything. */
const LIMIT = 720_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string", default: "bench.json" } },
});
const names = RUNTIMES.map(({ name }) => name);
const unknown = positionals.filter((word) => !(word in GROUPS) && !names.includes(word));
if (unknown.length > 0) {
  console.error(`Cannot measure ${unknown.join(", ")}: choose among ${[...Object.keys(GROUPS), ...names].join(", ")}`);
  process.exit(2);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
process.on("exit", endAll);
setTimeout(() => {
  console.error(`Cannot go on: ${LIMIT / 1000} s are over`);
  process.exit(1);
}, LIMIT).unref();

const results = [];
for (const runtime of RUNTIMES.filter(({ name }) => isChosen(name, names))) {
  const rows = [];
  for (const [group, trials] of Object.entries(GROUPS)) {
    if (isChosen(group, Object.keys(GROUPS))) {
      for (const trial of trials) rows.push(...await rowsOf(trial, runtime));
    }
  }
  console.log(`\n${table(runtime.name, rows)}`);
  results.push({ runtime: runtime.name, rows });
}
writeFileSync(
  values.json,
  JSON.stringify({ date: new Date(), cpus: cpus().map(({ model }) => model), results }, null, 2),
);
process.exit(results.some(({ rows }) => rows.some(({ failed }) => failed !== undefined)) ? 1 : 0);

/** Whether a word was given, or none of its kind. */
function isChosen(name, kind) {
  return positionals.includes(name) || !positionals.some((word) => kind.includes(word));
}

/** Rows of a trial; one that says why there are none when it fails. */
async function rowsOf(trial, { name, bin, run: runs }) {
  const start = performance.now();
  const command = (program) => {
    const path = fileURLToPath(new URL(program, import.meta.url));
    return program.endsWith(".py")
      ? ["python3", path]
      : [bin, ...runs, ...(runs.includes("--allow-all") ? ["--no-check"] : []), path];
  };
  try {
    const { readings, rows } = await run(trial, command);
    // Readings stand once, in the first row of their trial.
    return rows.map((row, place) => place === 0 ? { ...row, readings } : row);
  } catch (error) {
    return [{ what: trial.what, failed: error.message }];
  } finally {
    console.error(`${name}, ${trial.what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
}

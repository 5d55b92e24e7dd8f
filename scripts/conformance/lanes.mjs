/**
 * The order of jobs: areas of the spec under runtimes, several at a time.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { runArea } from "./area.mjs";
import { isOnce, makesPackage } from "./pages.mjs";

/** So many areas run at a time: most of them wait for processes more than they compute. */
const LANES = 5;

/** Areas that take longest are begun first, so that none of them is the last alone. */
const LONG = [
  "process/orphans",
  "child/compiled",
  "child/compiled_refusals",
  "child/bundled",
  "package/bundles",
  "process/wait",
  "pool/limits",
  "pool/end",
  "process/permissions",
  "process/lifetime",
  "process/process_table",
  "replay/fork_error",
  "function/naming",
  "runtime/absent_capabilities",
  "transport/hostile",
  "pool/recycling",
  "queue/faults",
  "remote/hostile_worker",
  "remote/hostile_client",
  "replay/output",
  "pool/faults",
  "process/permissions_matrix",
  "runtime/sigint",
  "pool/task_options",
  "connection/pipe",
  "process/least_privilege",
  "replay/fork",
  "package/jsr",
  "package/examples",
  "remote/mixed_runtimes",
  "process/identity",
  "pool/fault_code",
  "manager/manager",
  "replay/lifetime",
  "replay/surroundings",
  "transport/authentication",
];

/**
 * One round of all areas under all runtimes, each in the root of its column: for each runtime, results by area. `said` is called with a line about each
 * area that has ended.
 */
export async function runRound(areas, runtimes, { roots, only, said }) {
  const scratch = mkdtempSync(`${tmpdir()}/conformance-`);
  const order = areas.toSorted((one, other) => rank(one) - rank(other));
  const jobs = order.flatMap((area) =>
    runtimes.map((runtime, column) => ({ area, runtime, column })).filter(({ column }) =>
      column === 0 || !isOnce(area.name)
    )
  );
  const columns = runtimes.map(() => new Map());
  const made = areas.some(({ name }) => makesPackage(name)) ? packaged(`${scratch}/package`) : null;
  const lane = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      columns[job.column].set(job.area.name, await runOne(job, { root: roots[job.column], scratch, made, only, said }));
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return columns;
}

/** Makes the package once for all areas that use it. @returns its folder; none when that fails, as it will for each of them */
async function packaged(folder) {
  try {
    const { makePackage } = await import("../package/make.mjs");
    await makePackage(folder);
    return folder;
  } catch (error) {
    console.error(`Cannot make the package: ${error.message}`);
    return "";
  }
}

function rank({ name }) {
  return LONG.includes(name) ? LONG.indexOf(name) : LONG.length;
}

/** One area under one runtime. What another leaves behind for a moment is not its own: each has a folder for sockets. */
async function runOne({ area, runtime }, { root, scratch, made, only, said }) {
  const start = performance.now();
  const sockets = mkdtempSync(`${scratch}/s`);
  const env = makesPackage(area.name) ? { SPEC_PACKAGE: await made } : {};
  const results = await runArea(area, runtime, { root, scratch, sockets, env, only });
  const bad = [...results.values()].filter((failure) => failure !== null).length;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  said(
    `${runtime.name.padEnd(6)} ${area.name.padEnd(28)} ${seconds.padStart(6)} s  ${bad > 0 ? `${bad} failed` : "ok"}`,
  );
  return results;
}

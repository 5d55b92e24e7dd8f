/**
 * Runs the spec under every runtime, several areas at a time, and prints which behaviour holds on which. The last
 * line is `N passed, N failed`: results are counted per runtime, check scripts once.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { findRuntime, ROOT, RUNTIMES, SELF } from "../runtimes.mjs";
import { runRound } from "./lanes.mjs";
import { isMeant, isSoak, makesPackage, mixesRuntimes, readSpec } from "./pages.mjs";
import { frequencies, makeReport, pageOf, printed } from "./report.mjs";

const HELP = `Runs the spec.

    node scripts/conformance/run.mjs [options] [room | area | room/area …]

Without any: the check scripts and all areas but those of the room soak, which take minutes. Options:

    --runtime NAME    only this runtime: ${RUNTIMES.map(({ name }) => name).join(", ")}, or the path of a module whose
                      default export describes one, see scripts/runtimes.mjs; may be given more than once
    --only TEXT       only sentences that contain TEXT
    --form FORM       sources, npm or jsr: the library as it is published there; all areas but those that make the
                      package themselves, and with npm, where each runtime has its own, those that mix runtimes
    --out FOLDER      write conformance.md and conformance.json there
    --repeat N        N rounds; a behaviour holds when it did in each; at the end, how often each has failed
    --help            this text

Exit code 0 when all holds, 1 when something does not, 2 when it cannot be run.`;

const OPTIONS = {
  runtime: { type: "string", multiple: true },
  only: { type: "string" },
  form: { type: "string", default: "sources" },
  out: { type: "string" },
  repeat: { type: "string", default: "1" },
  help: { type: "boolean", default: false },
};

const { values, positionals } = orRefuse(() => parseArgs({ options: OPTIONS, allowPositionals: true }));
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const repeat = Number(values.repeat);
if (!Number.isInteger(repeat) || repeat < 1) refuse(`--repeat takes a whole number from 1, not ${values.repeat}`);
const runtimes = await runtimesOf(values.runtime);
if (!/^(sources|npm|jsr)$/.test(values.form)) refuse(`--form takes sources, npm or jsr, not ${values.form}`);
const isPackage = values.form !== "sources";
const areas = areasOf(positionals, values.only);

const isPart = positionals.length > 0 || values.only !== undefined || isPackage;
// Beside the spec: one of them alone would leave a processor idle.
const checking = isPart ? null : holds("scripts/check/all.mjs");
const roots = await Promise.all(runtimes.map(({ name }) => isPackage ? packagedFor(name) : ROOT));
const date = new Date();
const rounds = [];
while (rounds.length < repeat) {
  if (repeat > 1) console.log(`round ${rounds.length + 1} of ${repeat}`);
  rounds.push(await runRound(areas, runtimes, { roots, only: values.only, said: (line) => console.log(line) }));
}
const report = makeReport({ areas, runtimes, rounds, checked: await checking, date });
console.log(printed(report));
if (values.out !== undefined) write(values.out);
if (repeat > 1) console.log(`\n${frequencies(report)}`);
console.log(`\n${report.passed} passed, ${report.failed} failed`);
process.exit(report.failed === 0 && report.passed > 0 ? 0 : 1);

async function runtimesOf(named = []) {
  if (named.length === 0) return RUNTIMES;
  try {
    return await Promise.all(named.map(findRuntime));
  } catch (error) {
    refuse(error.message);
  }
}

function areasOf(asked, only) {
  const spec = readSpec();
  const unknown = asked.filter((word) => !spec.some(({ name }) => isMeant(word, name)));
  if (unknown.length > 0) {
    refuse(`No such area: ${unknown.join(", ")}. There are: ${spec.map(({ name }) => name).join(", ")}`);
  }
  const meant = spec.filter(({ name }) =>
    asked.length === 0 ? !isSoak(name) : asked.some((word) => isMeant(word, name))
  ).filter(({ name }) => !(isPackage && makesPackage(name)) && !(values.form === "npm" && mixesRuntimes(name)));
  if (only === undefined) return meant;
  const found = meant
    .map((area) => ({ ...area, bullets: area.bullets.filter((sentence) => sentence.includes(only)) }))
    .filter(({ bullets }) => bullets.length > 0);
  if (found.length === 0) refuse(`No sentence contains: ${only}`);
  return found;
}

/** A copy of the repository with the library as it is published for a runtime, removed when this ends. */
async function packagedFor(name) {
  const folder = mkdtempSync(`${tmpdir()}/package-`);
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const { makeTree } = await import("../package/tree.mjs");
  const hasOwn = values.form === "npm" && RUNTIMES.some((runtime) => runtime.name === name);
  await makeTree(folder, hasOwn ? name : null);
  return folder;
}

function holds(script) {
  const [program, ...args] = SELF;
  const child = spawn(program, [...args, script], { cwd: ROOT, stdio: "inherit" });
  return new Promise((resolve) => {
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(code === 0));
  });
}

/** Writes both forms of the report; a relative folder is the caller's, also where npm has changed to the repository's. */
function write(out) {
  const folder = resolve(process.env.INIT_CWD ?? process.cwd(), out);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/conformance.md`, pageOf(report));
  writeFileSync(`${folder}/conformance.json`, `${JSON.stringify(report, null, 2)}\n`);
  console.log(`\nwritten: ${folder}/conformance.md, ${folder}/conformance.json`);
}

function orRefuse(act) {
  try {
    return act();
  } catch (error) {
    refuse(error.message);
  }
}

function refuse(message) {
  console.error(`${message}\nSee --help.`);
  process.exit(2);
}

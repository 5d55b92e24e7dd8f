/**
 * Makes sure that everything is installed that the other scripts need, and that both runtimes really run.
 * Needs nothing but Node and npm (or the Deno or Bun that runs it), and takes a moment when all is there.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import process from "node:process";
import { ROOT, RUNTIMES, SELF } from "./runtimes.mjs";

if (!isInstalled()) install();
for (const runtime of RUNTIMES) {
  if (!runs(runtime)) finish(runtime.name);
  if (!runs(runtime)) fail(`${runtime.name} is installed but does not run: try ${runtime.bin} --version`);
}

/** Whether node_modules holds the versions that package.json and those of the examples pin, whoever installed them. */
function isInstalled() {
  const { workspaces } = read("package.json");
  const manifests = ["package.json", ...workspaces.map((folder) => `${folder}/package.json`)].map(read);
  return manifests.flatMap(({ dependencies, devDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies })
  )
    .every(([name, version]) => read(`node_modules/${name}/package.json`)?.version === version);
}

function read(path) {
  try {
    return JSON.parse(readFileSync(`${ROOT}/${path}`, "utf8"));
  } catch {
    return null;
  }
}

function install() {
  console.error("Installing the pinned runtimes and libraries …");
  // npm reads the lock file; without npm, the runtime that runs this installs by itself.
  if (tried("npm", ["ci", "--no-audit", "--no-fund"])) return;
  if (process.versions.deno && tried(process.execPath, ["install"])) return;
  if (process.versions.bun && tried(process.execPath, ["install"])) return;
  fail("the packages could not be installed, see above");
}

function tried(program, args) {
  // Standard output belongs to the command that follows.
  const stdio = ["ignore", 2, 2];
  const { error, status } = spawnSync(program, args, { cwd: ROOT, stdio, shell: process.platform === "win32" });
  if (error) console.error(`${program} cannot be started: ${error.message}`);
  return status === 0;
}

/** Whether the binary itself stands in node_modules/.bin, not a script that would start it, and starts. */
function runs({ bin }) {
  try {
    return !realpathSync(bin).endsWith(".cjs") && spawnSync(bin, ["--version"], { stdio: "ignore" }).status === 0;
  } catch {
    return false;
  }
}

/** Runs the install script of a package, which the installer may have been told not to run. */
function finish(name) {
  const { scripts } = read(`node_modules/${name}/package.json`) ?? {};
  const script = /^node (.+)$/.exec(scripts?.postinstall ?? "")?.[1];
  if (script === undefined) fail(`${name} has no install script that could be run: remove node_modules and try again`);
  const [program, ...args] = SELF;
  spawnSync(program, [...args, script], { cwd: `${ROOT}/node_modules/${name}`, stdio: ["ignore", 2, 2] });
}

function fail(message) {
  console.error(`Cannot set up: ${message}`);
  process.exit(1);
}

/**
 * Makes sure that everything is installed that the other scripts need, and that both runtimes really run.
 * Needs nothing but Node and npm (or the Deno or Bun that runs it), and takes a moment when all is there.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import process from "node:process";
import { ROOT, RUNTIMES } from "./runtimes.mjs";

if (!isInstalled()) install();
for (const runtime of RUNTIMES) {
  if (!runs(runtime)) finish(runtime.name);
  if (!runs(runtime)) fail(`${runtime.name} is installed but does not run: try ${runtime.bin} --version`);
}

/** Whether node_modules holds what the lock file asks for. Versions are compared: times change with every checkout. */
function isInstalled() {
  const wanted = read("package-lock.json");
  const present = read("node_modules/.package-lock.json");
  return wanted !== null && Object.entries(wanted.packages).every(([path, { version, optional }]) =>
    path === "" || optional || present?.packages[path]?.version === version
  );
}

function read(path) {
  try {
    return JSON.parse(readFileSync(`${ROOT}/${path}`, "utf8"));
  } catch {
    return null;
  }
}

function install() {
  console.error("Installing the runtimes and libraries named in package-lock.json …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { error, status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund"], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2], // standard output belongs to the command that follows
    shell: process.platform === "win32",
  });
  if (error) fail(`npm cannot be started: ${error.message}`);
  if (status !== 0) fail("npm ci failed, its messages stand above");
}

/** Whether the binary itself stands in node_modules/.bin, not a script that would start it, and starts. */
function runs({ bin }) {
  try {
    return !realpathSync(bin).endsWith(".cjs") && spawnSync(bin, ["--version"], { stdio: "ignore" }).status === 0;
  } catch {
    return false;
  }
}

/** Runs the install script of a package, which npm may have been told not to run. */
function finish(name) {
  const { scripts } = read(`node_modules/${name}/package.json`) ?? {};
  const script = /^node (.+)$/.exec(scripts?.postinstall ?? "")?.[1];
  if (script === undefined) fail(`${name} has no install script that could be run: remove node_modules and try again`);
  spawnSync(process.execPath, [script], { cwd: `${ROOT}/node_modules/${name}`, stdio: ["ignore", 2, 2] });
}

function fail(message) {
  console.error(`Cannot set up: ${message}`);
  process.exit(1);
}

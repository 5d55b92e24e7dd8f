/**
 * Checks that imports go one way. A file may import its own layer and the layers above it in this table; types count
 * as well. What an import needs and the table lacks is a decision about the house: change the table on purpose.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { ROOT } from "./runtimes.mjs";

/** Lowest first. A folder stands for all files below it that are not named themselves. */
const LAYERS = [
  ["contract", ["src/adapter.ts", "src/errors.ts"]],
  ["values", [
    "src/codec.ts",
    "src/crossing.ts",
    "src/graph.ts",
    "src/spare.ts",
    "src/error_node.ts",
    "src/fields.ts",
    "src/describe.ts",
    "src/encode_thrown.ts",
    "src/remote_stack.ts",
  ]],
  ["names", ["src/registry.ts", "src/target.ts", "src/compile.ts", "src/find.ts", "src/stack.ts", "src/trail.ts"]],
  ["transport", ["src/protocol.ts", "src/frame.ts", "src/channel.ts", "src/auth.ts", "src/door.ts", "src/link.ts"]],
  ["family", [
    "src/family.ts",
    "src/wait.ts",
    "src/frozen.ts",
    "src/guard.ts",
    "src/boot.ts",
    "src/seek.ts",
    "src/handing.ts",
    "src/launch.ts",
    "src/interrupt.ts",
  ]],
  ["path", ["src/player.ts", "src/path.ts", "src/replay.ts", "src/process_table.ts", "src/inherited.ts"]],
  ["shared", ["src/shared/"]],
  ["process", [
    "src/identity.ts",
    "src/snapshot.ts",
    "src/waitpid.ts",
    "src/process.ts",
    "src/process_options.ts",
    "src/fork.ts",
    "src/shared/connection_wait.ts",
  ]],
  ["pool", ["src/pool/"]],
  ["manager", ["src/manager/", "src/shared/kinds.ts"]],
  ["child", ["src/freeze_support.ts", "src/worker.ts", "src/pool/worker_main.ts", "src/manager/manager_main.ts"]],
];

/** The only places that see both the semantics and the runtimes, and what each may import. */
const MEETINGS = {
  "mod.ts": () => true,
  "adapters/deno_child.ts": isChildEntry,
  "adapters/bun_child.ts": isChildEntry,
  "adapters/deno_replay.ts": isChildEntry,
  "adapters/bun_replay.ts": isChildEntry,
};

/** Packages and built-in modules, and the one file that may import each. */
const PACKAGES = {
  acorn: "src/compile.ts",
  "eslint-scope": "src/compile.ts",
  "node:process": "adapters/deno_mute.ts",
};

const files = ["mod.ts", ...typescript("src"), ...typescript("adapters")];
const faults = files.flatMap((file) => {
  const imported = importsOf(file).filter((to) => !mayImport(file, to)).map((to) => `${file} imports ${to}`);
  return file.startsWith("src/") && layerOf(file) === -1 ? [`${file} is in no layer`, ...imported] : imported;
});
for (const fault of faults) console.error(`against the direction of imports: ${fault}`);
console.log(`layers: ${files.length} files, ${faults.length} imports against the direction`);
process.exit(faults.length === 0 ? 0 : 1);

function isChildEntry(to) {
  return ["src/worker.ts", "src/replay.ts"].includes(to) || to.startsWith("adapters/");
}

function typescript(folder) {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}

/** What a file imports: paths from the root, or names of packages. */
function importsOf(file) {
  const code = readFileSync(`${ROOT}/${file}`, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = code.matchAll(
    /^(?:import|export)\b[^'"`;]*?from\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...new Set([...found].map(([, from, bare, dynamic]) => resolve(file, from ?? bare ?? dynamic)))];
}

function resolve(file, specifier) {
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

function layerOf(file) {
  const named = LAYERS.findIndex(([, members]) => members.includes(file));
  return named !== -1 ? named : LAYERS.findIndex(([, members]) => members.some((name) => isBelow(file, name)));
}

function isBelow(file, name) {
  return name.endsWith("/") && file.startsWith(name);
}

function mayImport(file, to) {
  if (MEETINGS[file] !== undefined) return MEETINGS[file](to);
  if (!/^(src|adapters)\//.test(to)) return PACKAGES[to] === file;
  if (file.startsWith("adapters/")) return to.startsWith("adapters/") || layerOf(to) === 0;
  return layerOf(to) !== -1 && layerOf(to) <= layerOf(file);
}

/**
 * Checks that imports go one way. A file may import files of its own room and of the rooms above it in `ROOMS`, and no
 * chain of imports leads back to where it began; imports of types count as well. What an import needs and the table
 * lacks is a decision about the house: change the table on purpose.
 *
 *     node scripts/check/layers.mjs          checks
 *     node scripts/check/layers.mjs --map    prints which room imports which, as CONTRIBUTING.md shows it
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { ROOT } from "../runtimes.mjs";

/** Lowest first: name, and the folder or the files. */
const ROOMS = [
  ["errors", ["src/error_stack.ts", "src/errors.ts", "src/error_classes.ts", "src/deque.ts"]],
  ["runtime", ["src/runtime/"]],
  ["codec", ["src/codec/"]],
  ["function", ["src/function/"]],
  ["transport", ["src/transport/"]],
  ["replay", ["src/replay/"]],
  ["process", ["src/process/"]],
  ["remote", ["src/remote/"]],
  ["queue", ["src/queue/"]],
  ["synchronize", ["src/synchronize/"]],
  ["connection", ["src/connection/"]],
  ["shared_values", ["src/shared_values/"]],
  ["pool", ["src/pool/"]],
  ["manager", ["src/manager/"]],
  ["child", ["src/child/"]],
];

/** Rooms that adapters may import. */
const CONTRACT = ["errors", "runtime"];

/** The only files that see both the semantics and the runtimes: the library's own entry and those of child processes. */
const ENTRIES = {
  "mod.ts": () => true,
  "adapters/deno/child_entry.ts": isChildEntry,
  "adapters/bun/child_entry.ts": isChildEntry,
  "adapters/deno/fork_entry.ts": isChildEntry,
  "adapters/bun/fork_entry.ts": isChildEntry,
};

/** Packages and built-in modules, and the one file that may import each. */
const PACKAGES = {
  acorn: "src/function/compile_inline.ts",
  "eslint-scope": "src/function/compile_inline.ts",
  "node:process": "adapters/deno/mute.ts",
};

proveItself();
const graph = new Map(
  ["mod.ts", ...typescript("src"), ...typescript("adapters")].map((file) => [file, importsOf(file)]),
);
if (process.argv.includes("--map")) {
  console.log(mapOf(graph));
  process.exit(0);
}
const faults = faultsOf(graph);
for (const fault of faults) console.error(`layers: ${fault}`);
const arrows = arrowsBetween(graph).length;
const circles = faults.filter((fault) => fault.startsWith("a circle")).length;
console.log(
  `layers: ${ROOMS.length} rooms, ${arrows} arrows, ${graph.size} files, ${circles} circles, ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);

/** What is wrong with imports: a map from files to the paths and packages that each imports. */
function faultsOf(graph) {
  const faults = [];
  for (const [file, imported] of graph) {
    if (file.startsWith("src/") && roomOf(file) === -1) faults.push(`${file} is in no room`);
    for (const to of imported) if (!mayImport(file, to)) faults.push(`${file} imports ${to}, against the direction`);
  }
  return [...faults, ...circlesOf(graph).map((circle) => `a circle of imports: ${circle.join(" → ")}`)];
}

/** One circle of imports for each group of files that import each other, as the files on it. */
function circlesOf(graph) {
  const circles = [];
  const done = new Set();
  const path = [];
  const visit = (file) => {
    if (path.includes(file)) return void circles.push([...path.slice(path.indexOf(file)), file]);
    if (done.has(file) || !graph.has(file)) return;
    path.push(file);
    for (const to of graph.get(file)) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}

/** A check that cannot fail is none: each kind of fault is found in imports that were made up to have it. */
function proveItself() {
  const made = [
    ["an upward arrow", [["src/codec/a.ts", ["src/pool/b.ts"]], ["src/pool/b.ts", []]]],
    ["a circle in one room", [["src/pool/a.ts", ["src/pool/b.ts"]], ["src/pool/b.ts", ["src/pool/a.ts"]]]],
    ["a file in no room", [["src/attic/a.ts", []]]],
    ["an adapter that knows a pool", [["adapters/deno/a.ts", ["src/pool/b.ts"]], ["src/pool/b.ts", []]]],
    ["a runtime in the core", [["src/pool/a.ts", ["node:fs"]]]],
  ];
  for (const [fault, imports] of made) {
    if (faultsOf(new Map(imports)).length !== 1) throw new Error(`the layer check does not find ${fault}`);
  }
  if (faultsOf(new Map([["src/pool/a.ts", ["src/codec/b.ts"]], ["src/codec/b.ts", []]])).length !== 0) {
    throw new Error("the layer check finds a fault where there is none");
  }
}

/** Rooms with the rooms that each imports, highest first. */
function mapOf(graph) {
  const arrows = arrowsBetween(graph);
  return ROOMS.toReversed().map(([room]) => {
    const to = arrows.filter(([from]) => from === room).map(([, to]) => to);
    return `${room.padEnd(14)} → ${
      ROOMS.map(([name]) => name).filter((name) => to.includes(name)).join(", ") || "nothing"
    }`;
  }).join("\n");
}

function arrowsBetween(graph) {
  const arrows = new Set();
  for (const [file, imported] of graph) {
    for (const to of imported) {
      const [from, target] = [roomOf(file), roomOf(to)];
      if (from !== -1 && target !== -1 && from !== target) arrows.add(`${ROOMS[from][0]} ${ROOMS[target][0]}`);
    }
  }
  return [...arrows].map((arrow) => arrow.split(" "));
}

function mayImport(file, to) {
  if (ENTRIES[file] !== undefined) return ENTRIES[file](to);
  if (!/^(src|adapters)\//.test(to)) return PACKAGES[to] === file;
  if (file.startsWith("adapters/")) return to.startsWith("adapters/") || CONTRACT.includes(ROOMS[roomOf(to)]?.[0]);
  return roomOf(to) !== -1 && roomOf(to) <= roomOf(file);
}

function isChildEntry(to) {
  return ["src/child/child_main.ts", "src/replay/fork_child.ts", "src/runtime/load_part.ts"].includes(to) ||
    to.startsWith("adapters/");
}

function roomOf(file) {
  return ROOMS.findIndex(([, members]) =>
    members.some((name) => name === file || (name.endsWith("/") && file.startsWith(name)))
  );
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

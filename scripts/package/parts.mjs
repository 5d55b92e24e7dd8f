/**
 * Which module of the sources goes into which module of the package. What a process needs together lies together, and
 * what a child seldom needs is loaded when it is needed, as in the sources.
 *
 * @module
 */
import { closureOf } from "./graph.mjs";

/**
 * Parts of `src/`, by name: a module belongs to the first that takes it. A part takes what all of its roots load, and
 * nothing of what `import()` loads.
 */
const PARTS = {
  // what every child loads
  child: [["src/child/child_main.ts", "src/runtime/load_part.ts"]],
  // what both a program and a worker load
  common: [["src/pool/worker_main.ts"], ["mod.ts"]],
  transport: [["src/pool/worker_main.ts"], ["src/remote/object_host.ts"]],
  worker: [["src/pool/worker_main.ts"]],
  api: [["mod.ts", "src/child/all_kinds.ts"]],
  pool: [["src/pool/scheduler.ts"]],
  remote: [["src/remote/object_host.ts"]],
  connection: [["src/connection/socket_connection.ts", "src/transport/admission.ts"]],
  fork: [["src/replay/fork_child.ts", "adapters/posix/mute_console.ts"]],
  inline: [["src/function/compile_inline.ts"]],
};

/** What may import what processes share, where that lives. */
const LAST = {
  manager: [["src/manager/manager_main.ts", "src/manager/manager_process.ts", "src/manager/serve_objects.ts"]],
};

/** Objects that processes share, where they live: each in a module of this name. */
const STATE = /_state\.ts$/;

/** Parts of an adapter, by the module that gives each its name, what a child needs first. */
const ADAPTER_PARTS = {
  deno: ["child_entry", "sockets", "adapter", "mute", "fork_entry"],
  // A child runs its entry, and the program loads the rest of what a child needs.
  bun: ["self", "child_entry", "boot", "sockets", "adapter", "mute", "fork_entry"],
};

/**
 * The path in the package, without its extension, of the part that each module of the sources belongs to.
 *
 * Depth and first folder are those of the sources: what reckons from the place of a module reckons rightly.
 */
export function partsOf(graph) {
  const states = [...graph.keys()].filter((path) => STATE.test(path));
  const ofSource = Object.entries({ ...PARTS, states: [states], ...LAST }).map(([name, sets]) => {
    const closures = sets.map((roots) => closureOf(graph, roots));
    return [`src/parts/${name}`, (path) => !isRuntime(path) && closures.every((closure) => closure.has(path))];
  });
  const ofAdapters = Object.entries(ADAPTER_PARTS).flatMap(([runtime, names]) =>
    names.map((name) => {
      const closure = closureOf(graph, [`adapters/${runtime}/${name}.ts`]);
      return [`adapters/${runtime}/${name}`, (path) => path.startsWith(`adapters/${runtime}/`) && closure.has(path)];
    })
  );
  const everyChild = closureOf(graph, ["adapters/deno/child_entry.ts", "adapters/bun/child_entry.ts"]);
  const rules = [
    ["src/parts/child", (path) => path.startsWith("adapters/posix/") && everyChild.has(path)],
    ["src/parts/common", (path) => path.startsWith("adapters/posix/") && isForMeeting(graph, path)],
    ...ofAdapters,
    ...ofSource,
  ];
  const isLoaded = ({ path, exports, imports }) =>
    path !== "mod.ts" && path !== "adapters/mod.ts" && exports.length + imports.length > 0;
  const modules = [...graph.values()].filter(isLoaded).map(({ path }) => path);
  return new Map(modules.map((path) => [path, partOf(path, rules)]));
}

function partOf(path, rules) {
  const [part] = rules.find(([, takes]) => takes(path)) ?? [];
  if (part === undefined) throw new Error(`Cannot package ${path}: it is in no part, name one that loads it`);
  return part;
}

/** Modules of one runtime. */
function isRuntime(path) {
  return /^adapters\/(deno|bun)\//.test(path);
}

function isForMeeting(graph, path) {
  return ["deno", "bun"].every((runtime) => closureOf(graph, [`adapters/${runtime}/sockets.ts`]).has(path));
}

/** Parts that some part imports, and which names of each: `{ part, to, names }`, where the names may be all. */
export function seamsOf(graph, parts) {
  const seams = new Map();
  for (const [path, part] of parts) {
    for (const { path: imported, names } of graph.get(path).imports) {
      const to = parts.get(imported);
      if (to === part) continue;
      const key = `${part} ${to}`;
      if (!seams.has(key)) seams.set(key, { part, to, names: new Set() });
      for (const name of names ?? graph.get(imported).exports) seams.get(key).names.add(name);
    }
  }
  return [...seams.values()];
}

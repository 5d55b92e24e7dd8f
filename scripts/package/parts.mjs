/**
 * Which module of the sources goes into which module of the package. What a process needs together lies together, and
 * what a child seldom needs is loaded when it is needed, as in the sources.
 *
 * @module
 */
import { closureOf } from "./graph.mjs";

const RUNTIMES = ["deno", "bun"];

/**
 * The ways in: one for each runtime, whose few modules have nothing of the other runtime, and one for where nobody says
 * which it is. Each has all modules that it needs.
 */
export const WAYS = [
  ...RUNTIMES.map((runtime) => ({ name: `mod.${runtime}`, runtime })),
  { name: "mod", runtime: null },
];

/** Parts of `src/`, each with what takes a module into it: to be loaded with a module of each set, by no `import()`. */
const SOURCE_RULES = [
  // what both a program and a worker load
  ["common", ["src/pool/worker_main.ts"], ["mod.ts"]],
  ["transport", ["src/pool/worker_main.ts"], ["src/remote/object_host.ts"]],
  ["worker", ["src/pool/worker_main.ts"]],
  ["api", ["mod.ts", "src/child/all_kinds.ts"]],
  ["pool", ["src/pool/scheduler.ts"]],
  ["remote", ["src/remote/object_host.ts"]],
  ["connection", ["src/connection/socket_connection.ts", "src/transport/admission.ts"]],
  ["fork", ["src/replay/fork_child.ts", "adapters/posix/mute_console.ts"]],
  ["inline", ["src/function/compile_inline.ts"]],
  ["import_failure", ["src/process/import_failure.ts"]],
  ["manager", ["src/manager/manager_main.ts", "src/manager/manager_process.ts", "src/manager/serve_objects.ts"]],
];

/** What every child loads; first what finds that a bundler has left no `import.meta`. */
const CHILD = ["adapters/detect.ts", "src/child/child_main.ts", "src/runtime/load_part.ts"];

/**
 * The path in the package, without its extension, of the part to which each module of the sources belongs. The first
 * rule that takes a module decides.
 *
 * Depth and first folder are those of the sources: what reckons from the place of a module reckons rightly.
 */
export function partsOf(graph, { name: way, runtime }) {
  const states = [...graph.keys()].filter((path) => /^src\/.*_state\.ts$/.test(path));
  const sources = SOURCE_RULES.toSpliced(-1, 0, ["states", states]);
  const rules = runtime === null ? rulesForAll(sources) : rulesFor(runtime, sources);
  const entry = ["mod.ts", "adapters/mod.ts", ...RUNTIMES.map((name) => `adapters/${name}.ts`)];
  const isLoaded = ({ exports, imports }) => exports.length + imports.length > 0;
  const paths = [...graph.values()].filter(isLoaded).map(({ path }) => path);
  const takers = rules.map(([part, ...sets]) => [part, sets.map((set) => membersOf(set, graph))]);
  return new Map(paths.map((path) => {
    if (entry.includes(path)) return [path, way];
    const [part] = takers.find(([, closures]) => closures.every((closure) => closure.has(path))) ?? [];
    if (part === undefined) throw new Error(`Cannot package ${path}: it is in no part, name one that loads it`);
    return [path, part];
  }));
}

/** Modules of those paths, or all that come with some. */
function membersOf(set, graph) {
  if (set instanceof RegExp) return new Set([...graph.keys()].filter((path) => set.test(path)));
  return closureOf(graph, set);
}

/** The modules of one runtime lie together, and as few as can be. */
function rulesFor(runtime, sources) {
  const of = (name) => `adapters/${runtime}/${name}.ts`;
  const child = {
    deno: ["child_entry", [...CHILD, of("child_entry")]],
    // Its entry is a program, which nobody may import. What is found by its address is loaded from here.
    bun: ["child", [...CHILD, of("self"), of("boot")]],
  };
  const rules = [
    child[runtime],
    ["child_entry", [of("child_entry")]],
    ["common", [of("sockets")]],
    ...sources,
    ["api", [of("adapter")]],
    ["fork", [of("mute")]],
    ["fork_entry", [of("fork_entry")]],
  ];
  return rules.map(([part, ...sets]) => [`src/${runtime}/${part}`, ...sets]);
}

/** Parts of `src/` for all, and apart from them those of each runtime. */
function rulesForAll(sources) {
  const isSource = /^(adapters\/(detect|posix\/\w+)|src\/.*)\.ts$/;
  const entries = RUNTIMES.map((runtime) => `adapters/${runtime}/child_entry.ts`);
  const sockets = RUNTIMES.map((runtime) => [`adapters/${runtime}/sockets.ts`]);
  const apart = (runtime, ...names) =>
    names.map((
      name,
    ) => [`adapters/${runtime}/${name}`, new RegExp(`^adapters/${runtime}/`), [`adapters/${runtime}/${name}.ts`]]);
  return [
    ["child", [...CHILD, ...entries], isSource],
    ["common", ...sockets, isSource],
    ...sources.map((rule) => [...rule, isSource]),
  ].map(([part, ...sets]) => [`src/parts/${part}`, ...sets]).concat(
    apart("deno", "child_entry", "sockets", "adapter", "mute", "fork_entry"),
    apart("bun", "self", "child_entry", "boot", "sockets", "adapter", "mute", "fork_entry"),
  );
}

/** What is imported across parts: `{ part, to, names }`. */
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

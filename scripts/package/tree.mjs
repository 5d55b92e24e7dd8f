/**
 * Makes a copy of the repository in which the library is what is published: whatever imports a module of the sources
 * there, the spec or the benchmark, gets that of the package in which it lies.
 *
 * @module
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { ROOT } from "../runtimes.mjs";
import { graphFor, readGraph } from "./graph.mjs";
import { writeModules } from "./modules.mjs";
import { partsOf, WAYS } from "./parts.mjs";

/** What uses the library, and what both are found with. */
const COPIED = ["bench", "docs", "examples", "scripts", "spec", "bunfig.toml", "deno.json", "package.json"];

/** Makes it. @param runtime whose part of the package it shall be; null for the one that finds its runtime */
export async function makeTree(folder, runtime) {
  for (const name of COPIED) cpSync(`${ROOT}/${name}`, `${folder}/${name}`, { recursive: true });
  symlinkSync(`${ROOT}/node_modules`, `${folder}/node_modules`);
  const way = WAYS.find((one) => one.runtime === runtime);
  const graph = graphFor(await readGraph(), way.runtime);
  const parts = partsOf(graph, way);
  // The spec looks into modules that no program does.
  await writeModules({ graph, parts, way, folder, exportsAll: true });
  cpSync(`${folder}/${way.name}.js`, `${folder}/mod.ts`);
  for (const [path, part] of parts) {
    if (part === way.name) continue;
    const { exports } = graph.get(path);
    const from = posix.relative(posix.dirname(path), `${part}.js`);
    const text = exports.length > 0 ? `export { ${exports.join(", ")} } from` : "import";
    write(`${folder}/${path}`, `${text} "${from.startsWith(".") ? from : `./${from}`}";\n`);
  }
  for (const name of ["mod", ...runtime === null ? ["deno", "bun"] : [runtime]]) {
    write(`${folder}/adapters/${name}.ts`, entryModule(name, runtime));
  }
}

/** A module of those that tell runtimes apart: as in the sources, but with the only one that is there. */
function entryModule(name, runtime) {
  const text = readFileSync(`${ROOT}/adapters/${name}.ts`, "utf8");
  if (name !== "mod" || runtime === null) return text;
  return text.replace(
    /^import \{ (?!detectAmong)[A-Z]+ \}.*\n/gm,
    (line) => line.includes(`./${runtime}.ts`) ? line : "",
  )
    .replace("[DENO, BUN]", `[${runtime.toUpperCase()}]`);
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

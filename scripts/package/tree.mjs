/**
 * Makes a copy of the repository in which the library is what is published: whatever imports a module of the sources
 * there, the spec or the benchmark, gets that of the package in which it lies.
 *
 * @module
 */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { ROOT } from "../runtimes.mjs";
import { readGraph } from "./graph.mjs";
import { writeModules } from "./modules.mjs";
import { partsOf } from "./parts.mjs";

/** What uses the library, and what both are found with. */
const COPIED = ["bench", "docs", "examples", "scripts", "spec", "bunfig.toml", "deno.json", "package.json"];

/**
 * Makes it.
 *
 * @param entry the way in that `mod.ts` is there
 */
export async function makeTree(folder, entry = "mod.js") {
  for (const name of COPIED) cpSync(`${ROOT}/${name}`, `${folder}/${name}`, { recursive: true });
  symlinkSync(`${ROOT}/node_modules`, `${folder}/node_modules`);
  const graph = await readGraph();
  const parts = partsOf(graph);
  // The spec looks into modules that no program does.
  await writeModules({ graph, parts, folder, exportsAll: true });
  cpSync(`${folder}/${entry}`, `${folder}/mod.ts`);
  cpSync(`${ROOT}/adapters/mod.ts`, `${folder}/adapters/mod.ts`);
  for (const [path, part] of parts) {
    const { exports } = graph.get(path);
    const from = posix.relative(posix.dirname(path), `${part}.js`);
    const text = exports.length > 0 ? `export { ${exports.join(", ")} } from` : "import";
    write(`${folder}/${path}`, `${text} "${from.startsWith(".") ? from : `./${from}`}";\n`);
  }
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

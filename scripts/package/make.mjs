/**
 * Makes the package in a folder.
 *
 * @module
 */
import { mkdirSync, rmSync } from "node:fs";
import { writeDeclarations } from "./declarations.mjs";
import { readGraph } from "./graph.mjs";
import { writeManifests } from "./manifests.mjs";
import { writeModules } from "./modules.mjs";
import { partsOf } from "./parts.mjs";

/** Makes it, in place of what is there. */
export async function makePackage(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const graph = await readGraph();
  await writeModules({ graph, parts: partsOf(graph), folder });
  writeDeclarations(folder);
  writeManifests(folder);
}

/**
 * Makes the package in a folder.
 *
 * @module
 */
import { mkdirSync, rmSync } from "node:fs";
import { writeDeclarations } from "./declarations.mjs";
import { graphFor, readGraph } from "./graph.mjs";
import { writeManifests } from "./manifests.mjs";
import { writeModules } from "./modules.mjs";
import { partsOf, WAYS } from "./parts.mjs";

/** Makes it, in place of what is there. */
export async function makePackage(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const all = await readGraph();
  for (const way of WAYS) {
    const graph = graphFor(all, way.runtime);
    await writeModules({ graph, parts: partsOf(graph, way), way, folder });
  }
  writeDeclarations(folder);
  writeManifests(folder);
}

/**
 * Writes what describes the package to npm and to JSR, and the pages that come with it.
 *
 * @module
 */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "../runtimes.mjs";

const PAGES = ["README.md", "CHANGELOG.md", "LICENSE"];

/** Writes `package.json` for npm, `deno.json` for JSR, and the pages. */
export function writeManifests(folder) {
  const npm = read("package.json");
  const jsr = read("deno.json");
  write(`${folder}/package.json`, npmManifest(npm, jsr));
  write(`${folder}/deno.json`, jsrManifest(jsr));
  for (const page of PAGES) cpSync(`${ROOT}/${page}`, `${folder}/${page}`);
}

function npmManifest({ name, version, description, license, keywords, dependencies }, { imports }) {
  for (const [dependency, at] of Object.entries(dependencies)) {
    if (imports[dependency] !== `npm:${dependency}@${at}`) {
      throw new Error(`Cannot package: deno.json and package.json name other versions of ${dependency}`);
    }
  }
  return {
    name,
    version,
    description,
    license,
    keywords,
    type: "module",
    exports: {
      ".": { types: "./mod.d.ts", deno: "./mod.deno.js", bun: "./mod.bun.js", default: "./mod.js" },
      "./package.json": "./package.json",
    },
    // for tools that do not read exports
    main: "./mod.js",
    types: "./mod.d.ts",
    // Each module sets up what it holds when it is loaded.
    sideEffects: true,
    files: ["mod*.js", "mod.d.ts", "src", "adapters", "CHANGELOG.md"],
    engines: { deno: ">=2.9", bun: ">=1.4" },
    dependencies,
  };
}

/** JSR knows no conditions: its one way in finds the runtime itself. */
function jsrManifest({ name, version, license, imports }) {
  return {
    name,
    version,
    license,
    exports: "./mod.js",
    imports,
    // Beside package.json, packages would be looked for in a folder that is not there.
    nodeModulesDir: "none",
    publish: { include: ["deno.json", "mod.js", "mod.d.ts", "src/parts/", "adapters/", ...PAGES] },
  };
}

function read(path) {
  return JSON.parse(readFileSync(`${ROOT}/${path}`, "utf8"));
}

function write(path, manifest) {
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

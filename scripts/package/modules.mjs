/**
 * Writes the modules of the package: each part of the sources as one module, and one module for each way in.
 *
 * @module
 */
import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, posix, relative } from "node:path";
import { ROOT } from "../runtimes.mjs";
import { seamsOf } from "./parts.mjs";

/**
 * Without white space Deno reads a module faster. Names are kept: they stand in stacks and are those of classes, and to
 * shorten them saves neither runtime anything. There are no source maps: Deno reads them at the first stack that it
 * makes, such as that of a start, which then takes ten times as long.
 */
const OPTIONS = {
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "esnext",
  packages: "external",
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 160,
  legalComments: "none",
  absWorkingDir: ROOT,
  logLevel: "warning",
  write: false,
};

/** Tells Bun that there is nothing to translate, and JSR where the types are. */
const BANNERS = ["// @bun", '/* @ts-self-types="./mod.d.ts" */'];

/** What is loaded by an address that no import names: it lies at its own. */
const BY_ADDRESS = /^adapters\/(\w+\/(child_entry|fork_entry)|bun\/boot)\.ts$/;

/**
 * Writes those of one way in.
 *
 * @param exportsAll each module exports what its sources do, and not only what the other modules need
 */
export async function writeModules({ graph, parts, way, folder, exportsAll = false }) {
  const seams = seamsOf(graph, parts);
  refuseCircles(seams);
  const exported = exportsOf({ graph, parts, seams, exportsAll });
  await Promise.all([...new Set(parts.values())].map((part) => {
    const contents = part === way.name ? readFileSync(`${ROOT}/mod.ts`, "utf8") : entryOf(part, parts, exported);
    return write({ contents, file: `${part}.js`, folder, plugins: [adapterOf(way), between({ part, parts, seams })] });
  }));
  for (const [path, part] of parts) {
    const name = basename(path, ".ts");
    if (!BY_ADDRESS.test(path) || basename(part) === name) continue;
    const names = graph.get(path).exports.join(", ");
    writeFileSync(`${folder}/${dirname(part)}/${name}.js`, `export { ${names} } from "./${basename(part)}.js";\n`);
  }
}

async function write({ contents, file, folder, plugins }) {
  const stdin = { contents, resolveDir: ROOT, sourcefile: `part of ${file}`, loader: "ts" };
  const { outputFiles: [{ text }] } = await build({ ...OPTIONS, stdin, plugins });
  const banners = BANNERS.slice(0, file === "mod.js" ? 2 : 1);
  mkdirSync(dirname(`${folder}/${file}`), { recursive: true });
  writeFileSync(`${folder}/${file}`, [...banners, withClassNames(text)].join("\n"));
}

/** Gives classes their names back: one that refers to itself is bundled as `X = class _X`, which would be its name. */
function withClassNames(text) {
  return [...text.matchAll(/\b([A-Z]\w*)\s?=\s?class _\1\b/g)].reduce(
    (rest, [, name]) => rest.replace(new RegExp(`(?<![\\w$])_${name}(?![\\w$])`, "g"), name),
    text,
  );
}

/** All modules of a part, and what it exports. */
function entryOf(part, parts, exported) {
  const modules = [...parts].filter(([, of]) => of === part).map(([path]) => path);
  const done = new Set();
  return modules.map((path) => {
    // What one of them re-exports of another is the same under the same name.
    const names = exported.get(path).filter((name) => !done.has(name));
    for (const name of names) done.add(name);
    return names.length > 0 ? `export { ${names.join(", ")} } from "./${path}";` : `import "./${path}";`;
  }).join("\n");
}

/** By module, what it must export from its part: what other parts take, and what is loaded later. */
function exportsOf({ graph, parts, seams, exportsAll }) {
  const later = new Set([...graph.values()].flatMap(({ later }) => later));
  return new Map([...parts].map(([path, part]) => {
    const { exports } = graph.get(path);
    const isWhole = exportsAll || later.has(path) || BY_ADDRESS.test(path);
    const taken = seams.filter(({ to }) => to === part).flatMap(({ names }) => [...names]);
    return [path, exports.filter((name) => isWhole || taken.includes(name))];
  }));
}

/** Leads what a part imports of others to their modules: one import of each. */
function between({ part, parts, seams }) {
  return {
    name: "parts",
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, importer, kind, resolveDir, namespace }) => {
        if (namespace === "seam") return { path, external: true };
        const source = relative(ROOT, posix.join(resolveDir, path)).replaceAll("\\", "/");
        const to = parts.get(source);
        if (to === undefined) throw new Error(`Cannot package ${importer}: it imports ${source}, which is in no part`);
        if (kind === "dynamic-import") return { path: pathFrom(part, to), external: true };
        return to === part ? undefined : { path: to, namespace: "seam", sideEffects: true };
      });
      build.onLoad({ filter: /./, namespace: "seam" }, ({ path: to }) => {
        const { names } = seams.find((seam) => seam.part === part && seam.to === to);
        const list = [...names].sort().join(", ");
        return { contents: `export { ${list} } from "${pathFrom(part, to)}";`, loader: "js", resolveDir: ROOT };
      });
    },
  };
}

/** Where the runtime is known, it is the only one among which it is looked for. */
function adapterOf({ runtime }) {
  return {
    name: "adapter",
    setup(build) {
      if (runtime === null) return;
      build.onLoad({ filter: /[/\\]adapters[/\\]mod\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8").replace(/\[DENO, BUN\]/, `[${runtime.toUpperCase()}]`);
        if (!text.includes(`[${runtime.toUpperCase()}]`)) {
          throw new Error(`Cannot package ${path}: it has no list of runtimes`);
        }
        return { contents: text, loader: "ts" };
      });
    },
  };
}

function pathFrom(part, to) {
  const path = posix.relative(posix.dirname(part), `${to}.js`);
  return path.startsWith(".") ? path : `./${path}`;
}

/** @throws {Error} parts import each other: what one evaluates first could lack what the other gives */
function refuseCircles(seams) {
  const visit = (part, path) => {
    if (path.includes(part)) throw new Error(`Cannot package: parts in a circle, ${[...path, part].join(" → ")}`);
    for (const { to } of seams.filter((seam) => seam.part === part)) visit(to, [...path, part]);
  };
  for (const { part } of seams) visit(part, []);
}

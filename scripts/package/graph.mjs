/**
 * The modules of the library and what each imports and exports, as JavaScript: what stands there for its type alone is
 * gone.
 *
 * @module
 */
import { parse } from "acorn";
import { transform } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { ROOT } from "../runtimes.mjs";

/**
 * A module of the sources.
 *
 * @typedef {object} Module
 * @property {string} path from the root of the repository
 * @property {string[]} exports names that it exports
 * @property {{ path: string, names: string[] | null }[]} imports modules of ours that it loads with itself, and which
 * names it takes of each; null for all of them
 * @property {string[]} later modules of ours that it loads by `import()`
 */

/** All modules of the sources, by path. @returns {Promise<Map<string, Module>>} */
export async function readGraph() {
  const paths = ["mod.ts", ...typescript("adapters"), ...typescript("src")];
  return new Map(await Promise.all(paths.map(async (path) => [path, await readModule(path)])));
}

/** The graph without what only other runtimes need. */
export function graphFor(graph, runtime) {
  if (runtime === null) return graph;
  const isOwn = (path) =>
    !/^adapters\/(?!detect|posix|mod)/.test(path) || new RegExp(`^adapters/${runtime}[/.]`).test(path);
  const kept = [...graph.values()].filter(({ path }) => isOwn(path));
  return new Map(
    kept.map((module) => [module.path, { ...module, imports: module.imports.filter(({ path }) => isOwn(path)) }]),
  );
}

/** Paths of all modules that come with one, itself included. */
export function closureOf(graph, roots) {
  const found = new Set(roots);
  for (const path of found) for (const { path: to } of graph.get(path).imports) found.add(to); // it grows meanwhile
  return found;
}

function typescript(folder) {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts"))
    .sort();
}

async function readModule(path) {
  const { code } = await transform(readFileSync(`${ROOT}/${path}`, "utf8"), { loader: "ts", target: "esnext" });
  const module = { path, exports: [], imports: [], later: [] };
  const pathOf = (source) => posix.join(posix.dirname(path), source.value);
  for (const node of parse(code, { ecmaVersion: "latest", sourceType: "module" }).body) {
    if (node.type === "ImportDeclaration" && node.source.value.startsWith(".")) {
      module.imports.push({ path: pathOf(node.source), names: namesOf(node.specifiers, "imported") });
    }
    if (node.type === "ExportNamedDeclaration") {
      if (node.source !== null) {
        module.imports.push({ path: pathOf(node.source), names: namesOf(node.specifiers, "local") });
      }
      module.exports.push(...namesOf(node.specifiers, "exported"), ...declaredBy(node.declaration));
    }
    if (/^Export(Default|All)/.test(node.type)) {
      throw new Error(`Cannot package ${path}: ${node.type} is not known here`);
    }
  }
  module.later = importsLater(code).filter((to) => to.value.startsWith(".")).map(pathOf);
  return module;
}

function namesOf(specifiers, side) {
  if (specifiers.some(({ type }) => type === "ImportNamespaceSpecifier")) return null;
  return specifiers.map((specifier) => specifier[side].name);
}

function declaredBy(declaration) {
  if (declaration === null) return [];
  return declaration.declarations?.flatMap(({ id }) => boundBy(id)) ?? [declaration.id.name];
}

function boundBy(pattern) {
  return pattern.type === "ObjectPattern" ? pattern.properties.flatMap(({ value }) => boundBy(value)) : [pattern.name];
}

function importsLater(node) {
  if (typeof node === "string") return importsLater(parse(node, { ecmaVersion: "latest", sourceType: "module" }));
  if (typeof node !== "object" || node === null) return [];
  const own = node.type === "ImportExpression" && node.source.type === "Literal" ? [node.source] : [];
  return [...own, ...Object.values(node).flatMap((value) => typeof value === "object" ? importsLater(value) : [])];
}

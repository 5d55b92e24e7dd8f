/**
 * A published package as JSR makes one of npm's from it: only modules in the graph
 * of the exports, each specifier rewritten that stands in an import, an export or a
 * literal `import()`. Other texts stay as they are.
 *
 * @module
 */
import { parse } from "acorn";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { scratch } from "../../_support/folder.ts";

/**
 * The package that lies in a folder, as JSR makes one of npm's from it.
 *
 * @returns its name there, and its folder
 */
export function bridge(from: string): { name: string; folder: string } {
  const folder = scratch();
  const { name, version, exports: main } = JSON.parse(readFileSync(`${from}/deno.json`, "utf8"));
  const dependencies: Record<string, string> = {};
  const found = new Set([posix.normalize(main)]);
  for (const path of found) { // it grows meanwhile
    const source = readFileSync(`${from}/${path}`, "utf8");
    const { text, imported } = rewritten(source);
    for (const specifier of imported) {
      const [, module, range] = NPM.exec(specifier) ?? [];
      if (module !== undefined) dependencies[module] = range ?? "*";
      else if (specifier.startsWith(".")) found.add(posix.join(posix.dirname(path), specifier));
    }
    write(`${folder}/${path}`, text);
  }
  const [, types] = TYPES.exec(readFileSync(`${from}/${main}`, "utf8"))!;
  cpSync(`${from}/${types}`, `${folder}/${types}`);
  const manifest = {
    name: `@jsr/${name.slice(1).replace("/", "__")}`,
    version,
    type: "module",
    dependencies,
    exports: { ".": { types, default: main } },
  };
  write(`${folder}/package.json`, JSON.stringify(manifest));
  return { name: manifest.name, folder };
}

/** Where a module says that its types are. */
const TYPES = /@ts-self-types="(.+?)"/;

/** A specifier of a package of npm's: name, versions, path in it. */
const NPM = /^npm:((?:@[^/]+\/)?[^@/]+)(?:@([^/]+))?(\/.*)?$/;

function bare(specifier: string): string {
  return specifier.replace(NPM, "$1$3");
}

/** A module with the names that its imports have there, and the names that they had. */
export function rewritten(source: string): { text: string; imported: string[] } {
  const found = specifiers(parse(source, { ecmaVersion: "latest", sourceType: "module" }));
  let text = source;
  for (const { start, end, value } of found.toSorted((one, other) => other.start - one.start)) {
    text = text.slice(0, start) + JSON.stringify(bare(value)) + text.slice(end);
  }
  return { text, imported: found.map(({ value }) => value) };
}

interface Specifier {
  start: number;
  end: number;
  value: string;
}

function specifiers(node: unknown): Specifier[] {
  if (typeof node !== "object" || node === null) return [];
  const { type, source } = node as { type?: string; source?: Partial<Specifier> | null };
  const isImport = /^(Import(Declaration|Expression)|Export(Named|All)Declaration)$/.test(type ?? "");
  const own = isImport && typeof source?.value === "string" ? [source as Specifier] : [];
  return [...own, ...Object.values(node).flatMap(specifiers)];
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/**
 * A published package as JSR makes one of npm's from it: only modules in the graph
 * of the exports, transpiled, each specifier rewritten that stands in an import, an
 * export or a literal `import()`. Other texts stay as they are.
 *
 * @module
 */
import { parse } from "acorn";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { scratch } from "../../_support/folder.ts";
import { list, Registry } from "./registry.ts";
import type { Ended } from "../../_support/system.ts";
import { project, publish, tool } from "./tools.ts";

/** A project as `bunx jsr add @brood/multiprocessing` leaves it: its folder, that of the package, and how it went. */
export async function install(): Promise<{ user: string; folder: string; ended: Ended }> {
  const home = scratch();
  const registry = await Registry.open(home);
  await publish(registry);
  const { name, version, folder } = await bridge(registry.files);
  registry.offer(name, folder);
  const { JSR_URL } = registry.env;
  const user = project({
    ".npmrc": `registry=${JSR_URL}\n@jsr:registry=${JSR_URL}\n`,
    "package.json": {
      type: "module",
      dependencies: { "@brood/multiprocessing": `npm:${name}@^${version}` },
      imports: { "#words": "./words.ts" },
    },
  });
  const env = { ...registry.env, BUN_INSTALL_CACHE_DIR: `${home}/cache` };
  const ended = await tool("bun", ["install"], { cwd: user, env });
  await registry.close();
  return { user, folder, ended };
}

/** The package that lies in a folder, for npm: its name and version there, and its own folder. */
async function bridge(from: string): Promise<{ name: string; version: string; folder: string }> {
  const [transpiled, folder] = [scratch(), scratch()];
  const sources = list(from).filter((path) => path.endsWith(".ts")).map((path) => `.${path}`);
  const { code, stderr } = await tool("deno", ["transpile", `--outdir=${transpiled}`, ...sources], { cwd: from });
  if (code !== 0) throw new Error(stderr);

  const { name, version, exports: main } = JSON.parse(readFileSync(`${from}/deno.json`, "utf8"));
  const dependencies: Record<string, string> = {};
  const found = new Set([posix.normalize(main)]);
  for (const path of found) { // it grows meanwhile
    const { text, imported } = rewritten(readFileSync(`${transpiled}/${javascript(path)}`, "utf8"));
    for (const specifier of imported) {
      const [, module, range] = NPM.exec(specifier) ?? [];
      if (module !== undefined) dependencies[module] = range ?? "*";
      else if (specifier.startsWith(".")) found.add(posix.join(posix.dirname(path), specifier));
    }
    write(`${folder}/${javascript(path)}`, text);
  }
  const manifest = {
    name: `@jsr/${name.slice(1).replace("/", "__")}`,
    version,
    type: "module",
    dependencies,
    exports: { ".": { default: javascript(main) } },
  };
  write(`${folder}/package.json`, JSON.stringify(manifest));
  return { name: manifest.name, version, folder };
}

/** A specifier of a package of npm's: name, versions, path in it. */
const NPM = /^npm:((?:@[^/]+\/)?[^@/]+)(?:@([^/]+))?(\/.*)?$/;

function javascript(path: string): string {
  return path.replace(/\.ts$/, ".js");
}

function compiled(specifier: string): string {
  return specifier.startsWith(".") ? javascript(specifier) : specifier.replace(NPM, "$1$3");
}

/** A module with the names that its imports have there, and the names that they had. */
function rewritten(source: string): { text: string; imported: string[] } {
  const found = specifiers(parse(source, { ecmaVersion: "latest", sourceType: "module" }));
  let text = source;
  for (const { start, end, value } of found.toSorted((one, other) => other.start - one.start)) {
    text = text.slice(0, start) + JSON.stringify(compiled(value)) + text.slice(end);
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

/**
 * Modules of this process on Deno. It tells a program neither which are loaded nor
 * what a specifier means in another module, but does so to a module that lies
 * beside that one: such a module is made of its text, and imports only what is
 * loaded already, which takes no permission.
 *
 * @module
 */
import type { Modules, Namespace } from "../../src/runtime/modules.ts";
import { runtimeFlags } from "./flags.ts";
import { whole } from "./permissions.ts";
import { checkDescriptors, mainModule, START } from "./self.ts";
import { outputOf } from "./start_flags.ts";

/** Texts that this process may not read. */
const sources = new Map<string, string>();
/** Null: it is being evaluated. */
const namespaces = new Map<string, Namespace | null>();
/** By folder. */
const resolvers = new Map<string, (specifier: string) => string>();
let list: readonly string[] | undefined;
let count = 0;

/** Modules, on Deno. */
export const modules: Modules = {
  source(url) {
    if (!url.startsWith("file:")) return null;
    const path = decodeURIComponent(new URL(url).pathname);
    try {
      if (whole("read", path)) return Deno.readTextFileSync(path);
      const known = sources.get(url);
      if (known !== undefined) return known;
      // Nobody has refused it: another program reads it, which one that starts children may run.
      const { state } = Deno.permissions.querySync({ name: "read", path });
      const source = state === "prompt" ? outputOf("cat", ["--", path]) : null;
      if (source !== null) sources.set(url, source);
      return source;
    } catch {
      return null;
    }
  },
  namespace(url, atOnce = false) {
    if (!/^(file|https?|npm|jsr):/.test(url)) return null;
    const known = namespaces.get(url);
    if (known !== undefined) return known;
    if (atOnce && url === Deno.mainModule) return later(url);
    try {
      const { loaded } = evaluate(rootOf(url), `import * as loaded from ${JSON.stringify(url)}; export { loaded };`);
      namespaces.set(url, loaded as Namespace);
      return loaded as Namespace;
    } catch (error) {
      return (error as { code?: unknown }).code === "ERR_REQUIRE_ASYNC_MODULE" ? later(url) : undefined;
    }
  },
  resolve(specifier, importer) {
    if (/^(node|data|blob):/.test(specifier)) return null;
    try {
      if (!importer.startsWith("file:") && /^\.{0,2}\//.test(specifier)) return new URL(specifier, importer).href;
      const folder = importer.startsWith("file:") ? new URL(".", importer).href : rootOf(importer);
      const url = resolverOf(folder)(specifier);
      return url.startsWith("node:") ? null : portable(url, specifier, resolverOf(folder));
    } catch {
      return null;
    }
  },
  listed(atOnce) {
    if (list === undefined && !atOnce) list = listOfGraph() ?? undefined;
    return list ?? [];
  },
};

/** What import() gives settles when the module has been evaluated: for the next time. */
function later(url: string): null {
  namespaces.set(url, null);
  import(url).then((namespace) => namespaces.set(url, namespace), () => {});
  return null;
}

function rootOf(url: string): string {
  return url.startsWith("file:") ? new URL("/", url).href : "file:///";
}

function resolverOf(folder: string): (specifier: string) => string {
  let resolve = resolvers.get(folder);
  if (resolve === undefined) {
    ({ resolve } = evaluate(folder, "export const { resolve } = import.meta;") as { resolve: typeof resolve });
    resolvers.set(folder, resolve!);
  }
  return resolve!;
}

/** The exports of a module that would lie in a folder. @throws what it does, and when it imports what is not loaded */
function evaluate(folder: string, text: string): Record<string, unknown> {
  checkDescriptors();
  // deno-lint-ignore no-explicit-any
  const { process } = globalThis as any;
  const Module = process.getBuiltinModule("node:module");
  const path: string = process.getBuiltinModule("node:url").fileURLToPath(`${folder}brood-${++count}.mjs`);
  const module = new Module(path);
  module._compile(text, path, "module", true);
  return module.exports;
}

/**
 * A file in the cache of packages is found by a process only that has imported its package: by the name of that, which
 * is told by the file's path.
 */
function portable(url: string, specifier: string, resolve: (specifier: string) => string): string {
  const [, name, version, path] = /\/npm\/[^/]+\/((?:@[^/]+\/)?[^/@]+)\/(\d[^/]*)\/(.+)$/.exec(url) ?? [];
  if (name === undefined || url.includes("/node_modules/")) return url;
  const parts = specifier.split("/").slice(1);
  const ends = ["", ...parts.map((_, at) => `/${parts.slice(at).join("/")}`), `/${path}`];
  for (const end of ends) {
    const named = `npm:${name}@${version}${end}`;
    try {
      if (resolve(named) === url) return named;
    } catch {
      // the package has no module of that name
    }
  }
  return url;
}

/**
 * Modules that the main module leads to, as the runtime itself lists them where this process may run it; null when it
 * could not be run now.
 */
function listOfGraph(): string[] | null {
  const main = mainModule();
  if (main === null || Deno.build.standalone) return [];
  const flags = runtimeFlags(false).filter((flag) =>
    /^(--config|-c|--no-config|--import-map|--node-modules-dir|--cert)\b/.test(flag)
  );
  const output = outputOf(Deno.execPath(), ["info", "--json", "--no-lock", ...flags, main], {
    // What is loaded is in its cache already. Nothing is fetched: no proxy is there.
    env: { HTTP_PROXY: NOBODY, HTTPS_PROXY: NOBODY, NO_COLOR: "1" },
    ...START.cwd !== null && { cwd: START.cwd },
  });
  if (output === null) return null;
  const { modules } = JSON.parse(output) as { modules: GraphModule[] };
  const urls = modules.flatMap(({ specifier, dependencies = [] }) => [
    specifier,
    ...dependencies.flatMap(({ code }) => code?.specifier ?? []),
  ]);
  return [...new Set(urls)].filter((url) => /^(file|https?|npm|jsr):/.test(url));
}

/** Port 9 takes nothing. */
const NOBODY = "http://127.0.0.1:9";

interface GraphModule {
  specifier: string;
  dependencies?: { specifier: string; code?: { specifier?: string } }[];
}

/**
 * What a module imports by path, read from its source: where a function may come
 * from that the module hands on. Imports by name lead to packages and are not read.
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";

/** An import of another module, or a re-export. */
export interface ModuleImport {
  url: string;
  /** The text between the keywords, such as `{ f, g as h }`. */
  names: string;
}

const importsByModule = new Map<string, ModuleImport[]>();

/** What a module imports or re-exports by path, but for imports of types; null when its source cannot be read. */
export function importsByPath(url: string): ModuleImport[] | null {
  const before = importsByModule.get(url);
  if (before !== undefined) return before;
  const source = url.startsWith("file:") ? thisProcess().source(url) : null;
  if (source === null) return null;
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const statement =
    /(?:^|;)\s*(?:import|export)(?=[\s{*])(?!\s+type\s)([^'"`;()=]*?)from\s*["']((?:\.{0,2}\/|file:)[^"']+)["']/gm;
  const found = Array.from(code.matchAll(statement), ([, names, specifier]) => ({
    url: new URL(specifier!, url).href,
    names: names!,
  }));
  // A list of nothing but types loads nothing.
  const imports = found.filter(({ names }) => !/^\s*\{\s*(?:type\s[^,}]*,?\s*)+\}\s*$/.test(names));
  importsByModule.set(url, imports);
  return imports;
}

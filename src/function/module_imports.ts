/**
 * What a module imports, read from its source: where a function may come from that
 * the module hands on. What a specifier means is the runtime's to say.
 *
 * @module
 */
import { runtime } from "../runtime/installed.ts";
import { isOwnModule } from "./call_stack.ts";

/** An import of another module, or a re-export. */
export interface ModuleImport {
  specifier: string;
  /** URL of the other module; null where the specifier does not lead to one that children can import. */
  url: string | null;
  /** The text between the keywords, such as `{ f, g as h }`; empty where there is none. */
  names: string;
}

/** `import … from "…"`, `export … from "…"` and `import "…"`, but for those of types. */
const STATEMENT =
  /(?:^|[;}]|\*\/)\s*(?:(?:import|export)(?=[\s{*])(?!\s+type\s+(?!from\b)[\w{*])([^'"`;()=]*?)from|import)\s*(["'])([^"'\n]+)\2/gm;
/** `import("…")` and `require("…")`. */
const CALL = /(?<![\w$.])(?:import|require)\s*\(\s*()(["'`])([^"'`\n$]+)\2/g;
/** A list of nothing but types loads nothing. */
const TYPES_ALONE = /^\s*\{\s*(?:type\s[^,}]*,?\s*)+\}\s*$/;

const importsByModule = new Map<string, ModuleImport[]>();

/** What a module imports or re-exports; null when its source cannot be read. */
export function importsOf(url: string): ModuleImport[] | null {
  const before = importsByModule.get(url);
  if (before !== undefined) return before;
  const { modules } = runtime();
  const source = modules.source(url);
  if (source === null) return null;
  const code = source.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s,;{}])\/\/.*$/gm, "");
  const found = [...code.matchAll(STATEMENT), ...code.matchAll(CALL)].flatMap(([, names = "", , specifier = ""]) => {
    if (TYPES_ALONE.test(names) || /^(node|bun|data|blob):/.test(specifier)) return [];
    const to = modules.resolve(specifier, url);
    return to !== null && isOwnModule(to) ? [] : [{ specifier, url: to, names }];
  });
  importsByModule.set(url, found);
  return found;
}

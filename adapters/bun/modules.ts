/**
 * Modules of this process on Bun, which keeps all that are loaded in one list.
 *
 * @module
 */
import type { Modules, Namespace } from "../../src/runtime/modules.ts";
import { Bun, fs, require } from "./globals.ts";

/** Modules that declare cases of a test: outside of `bun test` they throw when they are loaded. */
const DECLARES_TESTS = /["'](bun:test|node:test|vitest|@jest\/globals)["']|^(test|it|describe)(\.\w+)*\(/m;

/** Modules, on Bun. */
export const modules: Modules = {
  source,
  namespace(url) {
    if (!isFile(url)) return null;
    try {
      return loaded(require.resolve(Bun.fileURLToPath(url)));
    } catch {
      return null;
    }
  },
  resolve(specifier, importer) {
    if (!isFile(importer)) return null;
    try {
      const path = Bun.resolveSync(specifier, Bun.fileURLToPath(new URL(".", importer)));
      return path.startsWith("/") ? Bun.pathToFileURL(path).href : null; // else a module of the runtime's own
    } catch {
      return null;
    }
  },
  listed: () =>
    Object.keys(require.cache).filter((path) => path.startsWith("/")).map((path) => Bun.pathToFileURL(path).href),
  needsTestRunner: (url) => DECLARES_TESTS.test(source(url) ?? ""),
};

function isFile(url: string): boolean {
  return url.startsWith("file:") && !/[?#]/.test(url);
}

function source(url: string): string | null {
  try {
    return fs().readFileSync(new URL(url), "utf8");
  } catch {
    return null;
  }
}

/** Synchronous, and the same instance as import's; throws while a module awaits at its top level. */
function loaded(path: string): Namespace | undefined {
  if (!(path in require.cache)) return undefined;
  const exports: unknown = require(path);
  if (Object.prototype.toString.call(exports) === "[object Module]") return exports as Namespace;
  // A CommonJS module: what import() gives of it.
  const isObject = typeof exports === "object" && exports !== null || typeof exports === "function";
  return { ...isObject && exports as Namespace, default: exports };
}

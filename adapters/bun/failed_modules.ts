/**
 * Bun keeps the failure of a module whose import failed, for as long as the process
 * lives: https://github.com/oven-sh/bun/pull/40267. Forgetting it lets the module
 * be loaded when its files can be read again.
 *
 * @module
 */
import { Bun, require } from "./globals.ts";

/**
 * Forgets that a file could not be loaded, and the module that was imported for it.
 *
 * @param failure what `import()` threw
 * @param base URL of the module that called it
 * @param load the function that did, with the specifier in its text
 * @returns the file that failed; null when the failure names none
 */
export function forgetFailedModules(failure: unknown, base: string, load: () => unknown): string | null {
  const { message, referrer } = failure as { message?: unknown; referrer?: unknown };
  // Either the file could not be read, or another could not be found from it.
  const file = / reading "(.+)"$/.exec(String(message))?.[1] ?? (typeof referrer === "string" ? referrer : null);
  const specifier = /\bimport\(\s*["'](.+?)["']\s*\)/.exec(String(load))?.[1];
  if (file === null || specifier === undefined) return null;
  const imported = Bun.fileURLToPath(new URL(specifier, base).href);
  for (const path of [imported, file]) {
    // What is there has not failed.
    if (!(path in require.cache)) delete (require.cache as Record<string, unknown>)[path];
  }
  return file;
}

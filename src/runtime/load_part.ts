/**
 * Loads parts of the library that are not loaded with it, and says what is the
 * matter when that fails: descriptors may be short, or the files of the library may
 * be gone. A failure is never kept: whoever needs the part next tries again.
 *
 * @module
 */
import { thisProcess } from "./installed.ts";

/** Imports of parts that have not settled. */
let underWay = 0;
/** Imports that have failed: what forgets each, so that it can be tried again. */
const failed: (() => void)[] = [];

/**
 * Imports a part of the library.
 *
 * @param base `import.meta.url` of the caller
 * @param load imports one module, named in place
 * @throws {LoadError} it cannot be loaded
 */
export async function loadPart<T>(base: string, load: () => Promise<T>): Promise<T> {
  const self = thisProcess();
  const forgotten = new Set<string>();
  for (;;) {
    let cause: unknown;
    underWay++;
    try {
      self.checkDescriptors?.();
      return await load();
    } catch (error) {
      cause = error;
    } finally {
      underWay--;
      forgetFailed();
    }
    const file = await forget(cause, base, load);
    // Another file than before: it was a failure that the runtime had kept.
    if (file === null || forgotten.has(file)) throw await loadFailed(cause);
    forgotten.add(file);
  }
}

/** As {@linkcode loadPart}, once it has succeeded without asking the runtime again: for what is needed often. */
export function lazyPart<T>(base: string, load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null;
  return () => {
    if (loaded === null) {
      loaded = loadPart(base, load);
      loaded.catch(() => loaded = null);
    }
    return loaded;
  };
}

/** Settles when a failure is forgotten. @returns which file it was that failed; null when nothing was forgotten */
function forget(cause: unknown, base: string, load: () => unknown): Promise<string | null> {
  const self = thisProcess();
  if (self.forgetFailedModules === undefined) return Promise.resolve(null);
  return new Promise((resolve) => {
    failed.push(() => resolve(self.forgetFailedModules!(cause, base, load)));
    forgetFailed();
  });
}

/** Forgets all failures at once, while nothing is being imported: a module that is would be there twice. */
function forgetFailed(): void {
  if (underWay === 0) { for (const each of failed.splice(0)) each(); }
}

async function loadFailed(cause: unknown): Promise<Error> {
  // The runtime may not find a file only because it cannot open a folder.
  const error = lackOfDescriptors() ?? cause;
  const said = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
  const [{ LoadError }, { shortageRemedy }] = await Promise.all([import("../errors.ts"), import("./shortage.ts")]);
  const remedy = shortageRemedy(error) ?? "the library's files may have gone or changed meanwhile: restart the program";
  return new LoadError(`Cannot load part of the library: ${said}, ${remedy}`, { cause: error });
}

/** What the system says when it has no descriptor now; null when it has. */
export function lackOfDescriptors(): unknown {
  try {
    thisProcess().checkDescriptors?.();
    return null;
  } catch (error) {
    return error;
  }
}

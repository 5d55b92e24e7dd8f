/**
 * The contract for what a runtime knows of the modules of this process: the law of
 * how a specifier is resolved is the runtime's own.
 *
 * @module
 */

/** The exports of a module, by name. */
export type Namespace = Readonly<Record<string, unknown>>;

/** Modules of this process. Nothing here loads one. */
export interface Modules {
  /** Text of a module, or null where reading is refused or fails. */
  source(url: string): string | null;
  /**
   * Namespace of a module that is loaded already; null while it cannot be had synchronously, undefined where it is known
   * not to be loaded.
   *
   * @param atOnce null will do where more than a look is needed
   */
  namespace(url: string, atOnce?: boolean): Namespace | null | undefined;
  /**
   * What a specifier means in a module: the URL by which every process of the program imports it, or null where there is
   * none.
   */
  resolve(specifier: string, importer: string): string | null;
  /**
   * URLs of the modules of the program, as far as the runtime can list them.
   *
   * @param atOnce an empty list will do where it would take a while
   */
  listed(atOnce: boolean): readonly string[];
  /** Whether a module can be loaded by a test runner only. Absent: none is such. */
  needsTestRunner?(url: string): boolean;
}

/**
 * Looks for a function among the exports of the modules that are loaded: by
 * identity, from the modules nearest to the call to what they import, and at last
 * in all that the runtime can list.
 *
 * @module
 */
import { runtime, thisProcess } from "../runtime/installed.ts";
import type { Namespace } from "../runtime/modules.ts";
import { type AnyFunction, type FunctionRef, hashOf } from "./function_ref.ts";
import { isOwnModule } from "./call_stack.ts";
import { importsOf, type ModuleImport } from "./module_imports.ts";
import { isArrow, isClass, isMethod } from "./task.ts";

/** For one function at most so many modules are looked into. */
const MODULES_MOST = 500;

/** What a search has come to. */
export interface SearchResult {
  found: FunctionRef | null;
  /** The modules that were looked at. */
  seen: string[];
  /**
   * Loaded modules that could not be looked into, such as those with top-level await on some runtimes: first those that
   * are likely to export it.
   */
  unread: string[];
  /** Modules whose source could not be read: what they import was not looked into. */
  unknown: string[];
  /** What has it as a member, where that is no object that children could take it from: `Counter.zero`. */
  member: string | null;
  /** The import by the function's name that leads nowhere. */
  unresolved: { specifier: string; importer: string } | null;
}

/** Breadth first: the modules themselves, then what they import, then what those import. */
export function searchExports(fn: AnyFunction, modules: readonly string[]): SearchResult {
  const search = new Search(fn);
  search.lookIntoAll(modules);
  search.lookIntoMembers();
  if (search.found === null) {
    // What a module declares that cannot be looked into is left to the child, unless the list takes no time.
    const listed = runtime().modules.listed(search.unread.some((url) => declares(url, fn)));
    if (listed.length > 0) search.unknown.length = 0;
    search.lookIntoEach(listed.filter((url) => !isOwnModule(url)));
    search.lookIntoMembers();
  }
  return search;
}

class Search implements SearchResult {
  readonly #fn: AnyFunction;
  readonly #namespaces = new Map<string, Namespace | null | undefined>();
  readonly #suspects = new Set<string>();
  readonly #likely: string[] = [];
  readonly #others: string[] = [];
  readonly unknown: string[] = [];
  found: FunctionRef | null = null;
  member: string | null = null;
  unresolved: SearchResult["unresolved"] = null;

  constructor(fn: AnyFunction) {
    this.#fn = fn;
  }

  get seen(): string[] {
    return [...this.#namespaces.keys()];
  }

  get unread(): string[] {
    return [...this.#likely, ...this.#others];
  }

  lookIntoAll(modules: readonly string[]): void {
    const isPackage = modules.some(isPackaged);
    for (const url of modules) this.#suspects.add(url);
    for (let round = modules; round.length > 0 && this.#namespaces.size < MODULES_MOST;) {
      const added = this.lookIntoEach(round);
      if (this.found !== null) return;
      // What a package imports for itself is of no use to others.
      const open = added.filter((url) => isPackage || round === modules || !isPackaged(url));
      round = this.#likeliestFirst(open.flatMap((url) => this.#importsOf(url)));
    }
  }

  /** Looks into modules until it is found. @returns those that are new */
  lookIntoEach(urls: readonly string[]): string[] {
    const added = [...new Set(urls)].filter((url) => !this.#namespaces.has(url));
    for (const url of added) if (this.found === null) this.#lookInto(url);
    return added;
  }

  #lookInto(url: string): void {
    const fn = this.#fn;
    const namespace = isUnimportable(url) ? null : runtime().modules.namespace(url);
    this.#namespaces.set(url, namespace);
    const key = namespace ? keyOf(fn, namespace) : null;
    if (key !== null) this.found = { by: "export", name: fn.name || key, url, key, hash: comparableHash(fn) };
    else if (!namespace && this.#suspects.has(url)) mayExport(url, fn) && this.#likely.push(url);
    else if (namespace === null && (fn.name === "" ? mayExport(url, fn) : isNamedIn(sourceAt(url) ?? "", fn))) {
      this.#others.push(url);
    }
  }

  #importsOf(url: string): ModuleImport[] {
    const imports = importsOf(url);
    if (imports === null) this.unknown.push(url);
    for (const { specifier, url: to, names } of imports ?? []) {
      if (to === null && this.#isNamed(names)) this.unresolved ??= { specifier, importer: url };
    }
    return imports ?? [];
  }

  #isNamed(names: string): boolean {
    return this.#fn.name !== "" && names.includes(this.#fn.name);
  }

  /** What is imported by the function's name comes first, and is a suspect. */
  #likeliestFirst(imports: readonly ModuleImport[]): string[] {
    const [likely, others] = [true, false].map((isLikely) =>
      imports.flatMap(({ url, names }) => url !== null && this.#isNamed(names) === isLikely ? [url] : [])
    ) as [string[], string[]];
    for (const url of likely) this.#suspects.add(url);
    return [...likely, ...others];
  }

  /** A function of an object that is exported is found there; not so what may need its object as `this`. */
  lookIntoMembers(): void {
    const fn = this.#fn;
    for (const [url, namespace] of this.#namespaces) {
      for (const [key, holder] of this.found === null && namespace ? Object.entries(exportsOf(namespace)) : []) {
        const member = memberOf(fn, holder);
        if (member === null) continue;
        this.member = `${key}.${member}`;
        if (isMethod(fn) || isClass(holder) && !isArrow(fn)) return;
        this.found = { by: "export", name: fn.name || member, url, key, member, hash: comparableHash(fn) };
      }
    }
  }
}

/** A hash of its text; empty where the text may be another in other processes. */
export function comparableHash(fn: AnyFunction): string {
  return thisProcess().hasOtherTexts ? "" : hashOf(fn);
}

/** Whether a module comes from no file: from eval, standard input, a prompt or a URL that holds it. */
export function isUnimportable(url: string): boolean {
  return /(\$deno\$(eval|stdin|repl)|(\[|%5B)(eval|stdin)(\]|%5D))[^/]*$/.test(url) || /^(data|blob):/.test(url);
}

/** Whether a module belongs to a package that was installed. */
function isPackaged(url: string): boolean {
  return url.includes("/node_modules/") || url.startsWith("npm:");
}

function sourceAt(url: string): string | null {
  return runtime().modules.source(url);
}

/** Whether the source of a module declares something of a function's name. */
function declares(url: string, { name }: AnyFunction): boolean {
  const declaration = new RegExp(`\\b(function\\s*\\*?|class|const|let|var)\\s+${pattern(name)}(?![\\w$])`);
  return /^[\w$]+$/.test(name) && declaration.test(sourceAt(url) ?? "");
}

/** Whether a module may export a function by its source, which has its name or exports what a call gives. */
function mayExport(url: string, fn: AnyFunction): boolean {
  const source = sourceAt(url);
  if (source === null) return true;
  return /\bexports?\b/.test(source) &&
    (isNamedIn(source, fn) || /^export\s+(const|let|var|default)\b[^;\n]*\(/m.test(source));
}

/** Whether a source has the name of a function in it, as that of the module which declares it has. */
function isNamedIn(source: string, { name }: AnyFunction): boolean {
  if (!/^[\w$]+$/.test(name)) return name !== "" && source.includes(name);
  return new RegExp(`(?<![\\w$])${pattern(name)}(?![\\w$])`).test(source);
}

function pattern(name: string): string {
  return name.replaceAll("$", "\\$");
}

/** Under which name a module exports the function. */
export function keyOf(fn: AnyFunction, namespace: Namespace): string | null {
  return Object.entries(exportsOf(namespace)).find(([, value]) => value === fn)?.[0] ?? null;
}

/** The exports of a module that have a value already. */
function exportsOf(namespace: Namespace): Namespace {
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(namespace)) {
    try {
      values[key] = namespace[key];
    } catch {
      // a binding that is not initialised yet
    }
  }
  return values;
}

/** Under which name a class or an object without a class has the function itself. */
function memberOf(fn: AnyFunction, holder: unknown): string | null {
  if (typeof holder !== "function" && !isObjectOfNoClass(holder)) return null;
  for (const key of Object.getOwnPropertyNames(holder)) {
    if (Object.getOwnPropertyDescriptor(holder, key)?.value === fn) return key;
  }
  return null;
}

function isObjectOfNoClass(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/**
 * Starts the process of a worker. A worker is started with the modules of all
 * functions that are known by then: it may import those without a permission.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import type { Encoded } from "../codec/codec.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { type Setting, spawnChild } from "../process/spawn.ts";
import type { ServiceAddress } from "../transport/server.ts";
import { addChild } from "../process/process_table.ts";
import { type FunctionRef, modulesOf } from "../function/function_ref.ts";

/** What the workers of a pool are started with. */
export interface WorkerSettings {
  /** Name of the pool. */
  readonly name: string;
  readonly setting: Setting;
  readonly initializer: FunctionRef | null;
  readonly initargs: Encoded;
}

export class WorkerLauncher {
  readonly #settings: WorkerSettings;
  /** Functions whose modules the next worker is started with, oldest first. */
  readonly #functions: FunctionRef[] = [];
  /** With how many of them a worker was started. */
  readonly #known = new WeakMap<Child, number>();
  #started = 0;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
    if (settings.initializer !== null) this.#functions.push(settings.initializer);
  }

  /** Workers that are started from now on get the modules of this function. */
  addFunction(ref: FunctionRef): void {
    const known = new Set(this.#functions.flatMap(modulesOf));
    if (modulesOf(ref).some((url) => !known.has(url))) this.#functions.push(ref);
  }

  /** Whether a worker was started with a module. */
  startedWith(child: Child, url: string): boolean {
    const at = this.#functions.findIndex((ref) => modulesOf(ref).includes(url));
    return at >= 0 && at < this.#known.get(child)!;
  }

  /** Starts a process that connects to `address`. @throws {SpawnError} the runtime cannot start it */
  launch(address: ServiceAddress): Child {
    const { name, setting, initializer, initargs } = this.#settings;
    const number = ++this.#started;
    const workerName = `${name}Worker-${number}`;
    const child = spawnChild({
      ...setting,
      kind: "worker",
      name: workerName,
      path: [...ownIdentity().path, number],
      daemon: true,
      functionRef: initializer,
      isSubclass: false,
      payload: initargs,
      moreFunctions: this.#functions,
      service: address,
    });
    this.#known.set(child, this.#functions.length);
    addChild(child, "worker", workerName);
    return child;
  }
}

/**
 * Starts the workers of a pool, each with the modules of all functions that are
 * known by then: to import those it needs no permission. Knows no job.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import type { Encoded } from "../codec/codec.ts";
import { ownIdentity } from "../runtime/process_info.ts";
import { type Setting, spawnChild } from "../process/spawn.ts";
import type { ServiceAddress } from "../transport/client.ts";
import { addChild } from "../process/process_table.ts";
import { type FunctionRef, modulesOf } from "../function/function_ref.ts";

/** What workers are started with. */
export interface SupervisorOptions {
  /** Of their pool. */
  readonly name: string;
  readonly setting: Setting;
  readonly initializer: FunctionRef | null;
  readonly initargs: Encoded;
}

export class Supervisor {
  readonly #recruits: SupervisorOptions;
  readonly #notes: FunctionRef[] = [];
  /** With how many of the notes a worker was started. */
  readonly #told = new WeakMap<Child, number>();
  #started = 0;

  constructor(recruits: SupervisorOptions) {
    this.#recruits = recruits;
    if (recruits.initializer !== null) this.#notes.push(recruits.initializer);
  }

  /** Workers to come are told of this function. */
  learn(note: FunctionRef): void {
    const known = new Set(this.#notes.flatMap(modulesOf));
    if (modulesOf(note).some((url) => !known.has(url))) this.#notes.push(note);
  }

  /** Whether a worker was started with a module. */
  hasTold(child: Child, url: string): boolean {
    const at = this.#notes.findIndex((note) => modulesOf(note).includes(url));
    return at >= 0 && at < this.#told.get(child)!;
  }

  /** Starts one, which will call by the link. @throws {SpawnError} the runtime could not */
  launch(link: ServiceAddress): Child {
    const { name, setting, initializer, initargs } = this.#recruits;
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
      moreFunctions: this.#notes,
      service: link,
    });
    this.#told.set(child, this.#notes.length);
    addChild(child, "worker", workerName);
    return child;
  }
}

/**
 * `Manager`: a process whose only job is to own objects for others, as in Python's
 * `multiprocessing.managers`. This file is the spine: what users call, and whether
 * they may at this time.
 *
 *     Manager ─► Keeper ═ channel ═ manager_main     (starts it, ends it)
 *     DictProxy, Queue, … ═ channel ═ DictState, …   (use it, from any process)
 *
 * @module
 */
import { thisProcess } from "../runtime/installed.ts";
import { encode } from "../codec/codec.ts";
import { beforeListening } from "../transport/server.ts";
import { AuthenticationError, ClosedError, StateError } from "../errors.ts";
import { refuseSending } from "../codec/reduction.ts";
import { refuseWhileImporting } from "../process/main_guard.ts";
import { createInherited, ParentOwned } from "../replay/inheritance.ts";
import type { Target } from "../function/task.ts";
import { type Address, addressOf, keyOf, NO_KEY, refuseOpen, textOf } from "../transport/address.ts";

import { nameLocation } from "../remote/manager_locations.ts";
import { loadAlso, ObjectRef } from "../remote/object_ref.ts";
import { createRemote } from "../remote/object_registry.ts";
import { eventLoopTurns } from "../runtime/deadline.ts";
import { FACTORY_ID, type Location, setOwnLocation } from "../remote/location.ts";
import { PublicListener } from "./public_listener.ts";
import type { ManagerProcess } from "./manager_process.ts";
import { Maker } from "./factory.ts";
import { allRegistered, registered, registerType } from "./registry.ts";
import type { Remote } from "./auto_proxy.ts";
import { spawnManager } from "./spawn_manager.ts";

/** Options of {@linkcode Manager}. */
export interface ManagerOptions {
  /** Where other programs can reach it: a path, or a place in the network. */
  address?: Address;
  /** What they must know. Needed for a place in the network. */
  authkey?: Uint8Array;
  /** Name of its process, for people. */
  name?: string;
}

/** What can be registered: a class, or a function that makes an object. */
// deno-lint-ignore no-explicit-any
export type Registrable = Target | (new (...args: any[]) => object);

/** Milliseconds that a manager has for each step of its end. */
const GRACE = 1_000;

let loading: Promise<typeof import("./manager_process.ts")> | null = null;

/** Whoever is called back is told when this is loaded. */
function loadKeeper(): Promise<typeof import("./manager_process.ts")> {
  if (loading === null) beforeListening(loading = import("./manager_process.ts"));
  return loading!;
}

/** Whether this process is a manager that serves. */
let isServing = false;

type State = "new" | "started" | "connected" | "serving" | "shut down";

/**
 * A process whose only job is to own objects, for this program and, with an
 * address, for others.
 *
 * It starts by itself when the first object is made, and the first use of an
 * object waits for it. It ends with `shutdown()`, or with the process that started
 * it, however that ends; what it owned is gone then, and every use rejects with
 * {@linkcode ConnectError}. ^C does not end it. An idle manager keeps no program
 * alive.
 *
 * Python's `multiprocessing.Manager()`. A plain {@linkcode Queue} or
 * {@linkcode Lock} needs none: it lives in the process that made it. What lives
 * with a manager outlives that process, and is served however busy that is.
 *
 * @example A dict and a list for all workers
 * ```ts
 * import { type DictProxy, Manager, Pool } from "@brood/multiprocessing";
 *
 * export async function square(squares: DictProxy<number, number>, n: number) {
 *   await squares.set(n, n * n);
 * }
 *
 * if (import.meta.main) {
 *   await using manager = new Manager();
 *   const squares = manager.dict<number, number>();
 *   await using pool = new Pool(2);
 *   await pool.starmap(square, [[squares, 2], [squares, 3]]);
 *   console.log(await squares.size()); // 2
 * }
 * ```
 */
export class Manager extends Maker {
  readonly #belonging = new ParentOwned("manager");
  readonly #name: string | undefined;
  /** Where strangers are to come in, and what they must know (hex). */
  readonly #gate: { readonly address: string | null; readonly key: string };
  #state: State = "new";
  #where: Location | null = null;
  #address: Address | null = null;
  #keeper: Promise<ManagerProcess> | null = null;
  /** Ends the serving in this process. */
  #stop: (() => void) | null = null;
  #ending: Promise<void> | null = null;

  /**
   * Makes a manager that runs from `start()` on, or from its first object on.
   *
   * @throws {TypeError} an option is of the wrong kind, or a place in the network is given without a key
   */
  constructor(options: ManagerOptions = {}) {
    super();
    const act = "make manager";
    if (typeof options !== "object" || options === null) throw new TypeError(`Cannot ${act}: options is not an object`);
    const { name, address, authkey } = options;
    if (name !== undefined && typeof name !== "string") throw new TypeError(`Cannot ${act}: name is not a string`);
    this.#name = name;
    const key = keyOf(authkey, act);
    const text = address === undefined ? null : textOf(address, act);
    if (text !== null) refuseOpen(text, key, act);
    this.#gate = { address: text, key: (key ?? NO_KEY).toHex() };
    if (text !== null) this.#address = addressOf(text);
  }

  /** Where it can be reached: as it was given, with the port that it got; null while that is not known. */
  get address(): Address | null {
    return this.#address;
  }

  // --- its life ---

  /**
   * Starts its process; the process exists on return. Not needed: everything else starts it by itself.
   *
   * @throws {StateError} it was started, or serves, or is connected
   * @throws {BootstrapError} this process is a child that imports its target's module
   * @throws {SpawnError} the runtime could not start it
   * @throws {ConnectError} this process may not listen for others
   */
  start(): this {
    this.#refuseUnlessNew("start manager");
    this.#start();
    return this;
  }

  #start(): Location {
    refuseWhileImporting("start manager");
    const where = createInherited("Manager", () => {
      const types = allRegistered(this.constructor);
      const gate = this.#gate.address === null ? null : { address: this.#gate.address, key: this.#gate.key };
      const { child, link, id } = spawnManager(this.#name, gate, types);
      const settled = (gate: string, place: Location) => {
        this.#address = addressOf(gate);
        this.#where = place; // what is made from now on is found without this process
      };
      const keeper = this.#keeper = loadKeeper().then(({ ManagerProcess }) =>
        new ManagerProcess(child, link, id, settled)
      );
      nameLocation(id, keeper.then(({ place }) => place));
      return [link.address, link.key, id];
    }) as Location;
    this.#state = "started";
    return this.#where = where;
  }

  /**
   * Joins one that runs elsewhere, in another program or on the other runtime, at the address of this one.
   *
   * @throws {ConnectError} nobody is there
   * @throws {AuthenticationError} whoever is there does not know the key
   * @throws {StateError} it was started, or serves, or is connected
   * @throws {TypeError} it has no address
   */
  async connect(): Promise<this> {
    const act = "connect manager";
    this.#refuseUnlessNew(act);
    refuseWhileImporting(act);
    const { address, key } = this.#gate;
    if (address === null) throw new TypeError(`Cannot ${act}: it has no address`);
    const where: Location = [address, key];
    try {
      await new ObjectRef("", FACTORY_ID, where, []).perform(act, "ping");
    } catch (error) {
      throw error instanceof Error && error.cause instanceof AuthenticationError ? error.cause : error;
    }
    this.#refuseUnlessNew(act);
    this.#state = "connected";
    this.#where = where;
    return this;
  }

  /**
   * Makes this very process the manager, until `shutdown()` or ^C. It keeps the program alive meanwhile.
   *
   * @returns settles when it is ended
   * @throws {ConnectError} it cannot listen at its address
   * @throws {StateError} it was started, or is connected, or this process serves already
   */
  async serveForever(): Promise<void> {
    const act = "serve as manager";
    this.#refuseUnlessNew(act);
    refuseWhileImporting(act);
    if (this.#belonging.inherited) return;
    if (isServing) {
      throw new StateError(`Cannot ${act}: this process does already, shut that one down first`, "serving");
    }
    const { address, key } = this.#gate;
    const gate = new PublicListener(address, key);
    const loading = import("./serve.ts").then(({ becomeManager, abandon }) => {
      becomeManager(this.constructor);
      return abandon;
    });
    beforeListening(loading);
    loadAlso(loading);
    setOwnLocation(this.#where = [gate.address, key]);
    this.#address = addressOf(gate.address);
    this.#state = "serving";
    isServing = true;
    await new Promise<void>((resolve) => {
      const heartbeat = setInterval(() => {}, 2 ** 30);
      const unheed = thisProcess().onInterrupt(() => this.#stop?.());
      this.#stop = () => {
        this.#stop = null;
        this.#state = "shut down";
        isServing = false;
        setOwnLocation(null);
        void loading.then((abandon) => abandon());
        gate.close();
        clearInterval(heartbeat);
        unheed();
        resolve();
      };
    });
    await eventLoopTurns(); // the address is free again then
  }

  /**
   * Ends it: what it owned is gone, and every use of that rejects. Who is slow to end is ended by force. Idempotent.
   *
   * @returns settles when it has ended
   * @throws {StateError} it is connected: who started it can end it
   */
  async shutdown(): Promise<void> {
    const act = "shut down manager";
    this.#belonging.check(act);
    if (this.#state === "connected") throw this.#refusal(act, "whoever started it can");
    this.#state = "shut down";
    if (this.#stop !== null) {
      this.#stop();
      await eventLoopTurns();
    }
    if (this.#keeper === null) return;
    await (this.#ending ??= this.#keeper.then((keeper) => keeper.end(GRACE)));
  }

  /** As `shutdown()`; of one that is connected nothing ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#belonging.inherited && this.#state !== "connected") await this.shutdown();
  }

  /** Where its objects live; it is started unless it was. */
  protected override home(act: string): Location {
    this.#belonging.check(act);
    if (this.#state === "shut down") throw this.#refusal(act, "make a new manager");
    if (this.#state === "new") return this.#start();
    return this.#where!;
  }

  #refuseUnlessNew(act: string): void {
    this.#belonging.check(act);
    if (this.#state !== "new") throw this.#refusal(act, "make a new manager");
  }

  #refusal(act: string, remedy: string): StateError {
    const message = `Cannot ${act}: it is ${this.#state}, ${remedy}`;
    return this.#state === "shut down" ? new ClosedError(message) : new StateError(message, this.#state);
  }

  // --- classes of the program's own ---

  /**
   * Registers a class, or a function that makes an object, so that managers of this class can make such objects: see
   * `create()`. Call it at the top level of a module, and where a manager serves others, in that program as well.
   *
   * @param exposed names of the methods that can be called; unless given, those that do not begin with `_`
   * @throws {RangeError} a manager has something else of that name
   * @throws {TargetError} the class or function cannot be named for another process
   */
  static register(name: string, target: Registrable, options: { exposed?: readonly string[] } = {}): void {
    registerType(this, name, target, options.exposed);
  }

  /**
   * An object of a registered class that lives with it: its methods, which run there one beside the other, where they
   * await. A method that throws rejects here with the same error, whose `cause` has the stack that it had there.
   *
   * @typeParam T the class
   * @param args of the constructor; should that throw, every method rejects with what it threw
   * @throws {RangeError} nothing is registered under that name
   * @throws {SerializationError} the arguments cannot cross
   */
  // deno-lint-ignore no-explicit-any
  create<T extends object = Record<string, (...args: any[]) => any>>(name: string, ...args: unknown[]): Remote<T> {
    const type = registered(this.constructor, name);
    // Of one that runs elsewhere it is known there.
    if (type === undefined && this.#state !== "connected") {
      throw new RangeError(
        `Cannot create ${name}: nothing is registered under that name, call Manager.register() first`,
      );
    }
    const cargo = encode(args, "args");
    const { note = null, exposed = null } = type ?? {};
    const where = this.home(`create ${name}`);
    const content = { act: "construct", value: cargo };
    return createRemote(where, "Registered", [name, note, exposed], [name, exposed], content) as Remote<T>;
  }
}

refuseSending(Manager, "a Manager");

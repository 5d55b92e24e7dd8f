/**
 * `Manager`: a process that owns objects for others, as in Python's
 * `multiprocessing.managers`. This file is what users call.
 *
 *     Manager ─► ManagerProcess ═ channel ═ manager_main   starts it, ends it
 *     DictProxy, Queue, … ═ channel ═ DictState, …         use its objects, from any process
 *
 * @module
 */
import { rangeError, typeError } from "../error_stack.ts";
import { encode } from "../codec/codec.ts";
import { refuseSending } from "../codec/reduction.ts";
import { AuthenticationError } from "../errors.ts";
import { refuseWhileImporting } from "../process/main_guard.ts";
import { FACTORY_ID, type Location, nameLocation } from "../remote/location.ts";
import { ObjectRef } from "../remote/object_ref.ts";
import { createRemote } from "../remote/object_registry.ts";
import { createInherited, ParentOwned } from "../replay/inheritance.ts";
import { eventLoopTurns } from "../runtime/arrivals.ts";
import { loadPart } from "../runtime/load_part.ts";
import { type Address, addressOf } from "../transport/address.ts";
import { beforeListening } from "../transport/server.ts";
import type { Made, MakerArgs, Remote } from "./auto_proxy.ts";
import { Maker } from "./factory.ts";
import { ManagerLife } from "./manager_life.ts";
import { checkManagerOptions, type ManagerOptions, type ManagerSettings, type Registrable } from "./manager_options.ts";
import type { ManagerProcess } from "./manager_process.ts";
import { ManagerServer } from "./manager_server.ts";
import { allRegistered, registeredType, registerType } from "./registry.ts";
import { type SpawnedManager, spawnManager } from "./spawn_manager.ts";
import { showAs } from "../runtime/inspection.ts";

/** How long the process of a manager may take to end before it is killed. */
const END_GRACE_MS = 1_000;

let managerProcessModule: Promise<typeof import("./manager_process.ts")> | null = null;

/** Loads the connection to a manager's process. That process is let in when this is loaded. */
function loadManagerProcess(): Promise<typeof import("./manager_process.ts")> {
  if (managerProcessModule === null) {
    managerProcessModule = loadPart(import.meta.url, () => import("./manager_process.ts"));
    beforeListening(loadManagerProcess);
    managerProcessModule.catch(() => managerProcessModule = null); // such as a lack of descriptors, which may pass
  }
  return managerProcessModule;
}

/**
 * A process that owns objects, for this program and, with an address, for others.
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
  readonly #parentOwned = new ParentOwned("manager");
  readonly #settings: ManagerSettings;
  readonly #life = new ManagerLife();
  /** Where its objects live; null until it was started, connected, or serves. */
  #location: Location | null = null;
  #address: Address | null = null;
  /** Its process, when it was started here. */
  #process: Promise<ManagerProcess> | null = null;
  /** When it serves in this process. */
  #server: ManagerServer | null = null;
  #ending: Promise<void> | null = null;

  /**
   * Makes a manager that runs from `start()` on, or from its first object on.
   *
   * @throws {TypeError} an option is of the wrong kind, or a place in the network is given without a key
   */
  constructor(options: ManagerOptions = {}) {
    super();
    this.#settings = checkManagerOptions(options);
    const { address } = this.#settings;
    if (address !== null) this.#address = addressOf(address);
  }

  static {
    showAs(
      this,
      (manager: Manager) => ({ name: manager.#settings.name, address: manager.#address, state: manager.#life.state }),
    );
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
    this.#checkNew("start", "start manager");
    this.#start();
    return this;
  }

  #start(): Location {
    refuseWhileImporting("start manager");
    const location = createInherited("Manager", () => {
      const { name, address, key } = this.#settings;
      const endpoint = address === null ? null : { address, key };
      const spawned = spawnManager(name, endpoint, allRegistered(this.constructor));
      this.#process = this.#connectProcess(spawned);
      nameLocation(spawned.id, this.#process.then(({ location }) => location));
      return [spawned.service.address, spawned.service.key, spawned.id];
    }) as Location;
    this.#life.apply("start", "start manager");
    return this.#location = location;
  }

  async #connectProcess(spawned: SpawnedManager): Promise<ManagerProcess> {
    const { ManagerProcess } = await loadManagerProcess().catch((error) => {
      spawned.child.kill("SIGKILL"); // nobody could use it
      throw error;
    });
    return new ManagerProcess(spawned, (publicAddress, location) => {
      this.#address = addressOf(publicAddress);
      this.#location = location; // objects made from now on are found without asking this process
    });
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
    this.#checkNew("connect", act);
    refuseWhileImporting(act);
    const { address, key } = this.#settings;
    if (address === null) throw typeError(`Cannot ${act}: it has no address`);
    const location: Location = [address, key];
    try {
      await new ObjectRef("", FACTORY_ID, location, []).perform(act, "ping");
    } catch (error) {
      throw error instanceof Error && error.cause instanceof AuthenticationError ? error.cause : error;
    }
    this.#life.apply("connect", act);
    this.#location = location;
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
    this.#checkNew("serve", act);
    refuseWhileImporting(act);
    if (this.#parentOwned.inherited) return;
    const { address, key } = this.#settings;
    const server = this.#server = new ManagerServer(this.constructor, address, key);
    this.#location = server.location;
    this.#address = addressOf(server.address);
    this.#life.apply("serve", act);
    try {
      await server.stopped;
    } finally {
      this.#life.apply("shut down", act);
    }
    await eventLoopTurns(); // the address is free again then
  }

  /**
   * Ends it: what it owned is gone, and every use of that rejects. Its process is killed when it does not end in time. Idempotent.
   *
   * @returns settles when it has ended
   * @throws {StateError} it is connected: who started it can end it
   */
  async shutdown(): Promise<void> {
    const act = "shut down manager";
    this.#parentOwned.check(act);
    this.#life.apply("shut down", act);
    if (this.#server !== null) {
      this.#server.stop();
      await eventLoopTurns();
    }
    if (this.#process === null) return;
    await (this.#ending ??= this.#process.then((process) => process.end(END_GRACE_MS)));
  }

  /** As `shutdown()`; of one that is connected nothing ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#parentOwned.inherited && this.#life.state !== "connected") await this.shutdown();
  }

  /** Where its objects live; it is started unless it was. */
  protected override home(act: string): Location {
    this.#parentOwned.check(act);
    this.#life.refuseShutDown(act);
    return this.#location ?? this.#start();
  }

  #checkNew(event: "start" | "connect" | "serve", act: string): void {
    this.#parentOwned.check(act);
    this.#life.check(event, act);
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
   * @typeParam T the class or function that is registered, as in `create<typeof Counter>("Counter", 5)`, which checks the
   * arguments; or what it makes, as in `create<Counter>("Counter", 5)`, which does not
   * @param args of the constructor or function; should that throw, every method rejects with what it threw
   * @throws {RangeError} nothing is registered under that name
   * @throws {SerializationError} the arguments cannot cross
   */
  // deno-lint-ignore no-explicit-any
  create<T extends object = Record<string, (...args: any[]) => any>>(
    name: string,
    ...args: MakerArgs<T>
  ): Remote<Made<T>> {
    const type = registeredType(this.constructor, name);
    // Of one that runs elsewhere it is known there.
    if (type === undefined && this.#life.state !== "connected") {
      throw rangeError(
        `Cannot create ${name}: nothing is registered under that name, call Manager.register() first`,
      );
    }
    const value = encode(args, "args");
    const { functionRef = null, exposed = null } = type ?? {};
    const location = this.home(`create ${name}`);
    const content = { act: "construct", value };
    return createRemote(location, "Registered", [name, functionRef, exposed], [name, exposed], content) as Remote<
      Made<T>
    >;
  }
}

refuseSending(Manager, "a Manager");

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
import { here } from "../adapter.ts";
import { encode } from "../codec.ts";
import { door, prepare } from "../door.ts";
import { ClosedError, StateError } from "../errors.ts";
import { family } from "../family.ts";
import { refuseSending } from "../graph.ts";
import { refuseWhileImporting } from "../guard.ts";
import { Belonging, created } from "../inherited.ts";
import { launch } from "../launch.ts";
import { enroll } from "../process_table.ts";
import { newAt } from "../shared/reach.ts";
import type { JoinableQueue, Queue } from "../shared/queue.ts";
import type { Where } from "../shared/where.ts";
import { type DictProxy, entriesOf } from "./dict_proxy.ts";
import type { Keeper } from "./keeper.ts";
import "./proxies.ts";

/** Milliseconds that a manager has for each step of its end. */
const GRACE = 1_000;

let loading: Promise<typeof import("./keeper.ts")> | null = null;
let started = 0;

function load(): Promise<typeof import("./keeper.ts")> {
  if (loading === null) prepare(loading = import("./keeper.ts"));
  return loading!;
}

export class Manager {
  readonly #belonging = new Belonging("manager");
  readonly #name: string | undefined;
  #state: "new" | "started" | "shut down" = "new";
  #where: Where | null = null;
  #keeper: Promise<Keeper> | null = null;
  #address: string | null = null;

  constructor(options: { name?: string } = {}) {
    this.#name = options.name;
  }

  start(): this {
    this.#belonging.check("start manager");
    if (this.#state !== "new") throw this.#refusal("start manager");
    this.#start();
    return this;
  }

  get address(): string | null {
    return this.#address;
  }

  #start(): Where {
    refuseWhileImporting("start manager");
    const where = this.#where = created("Manager", () => this.#launch());
    this.#state = "started";
    return where;
  }

  #launch(): Where {
    const { address, key } = door();
    const link = { address, key, token: crypto.getRandomValues(new Uint8Array(32)).toHex() };
    const number = ++started;
    const name = this.#name ?? `Manager-${number}`;
    const id = crypto.randomUUID();
    const child = launch({
      kind: "manager",
      name,
      path: [...family().path, number],
      daemon: true,
      note: null,
      subclass: false,
      payload: encode([id], "orders"),
      link,
    });
    child.unref();
    enroll(child, "manager", name);
    this.#keeper = load().then(({ Keeper }) => new Keeper(child, link, id, (address) => this.#address = address));
    return [address, key, id];
  }

  /** Where its objects live; it is started unless it was. */
  #home(act: string): Where {
    this.#belonging.check(act);
    if (this.#state === "shut down") throw this.#refusal(act);
    return this.#where ?? this.#start();
  }

  #refusal(act: string): StateError {
    const { ...state } = { state: this.#state };
    if (state.state === "shut down") return new ClosedError(`Cannot ${act}: it is shut down, make a new one`);
    return new StateError(`Cannot ${act}: it is ${state.state}`, state.state);
  }

  Queue<T = unknown>(maxsize?: number): Queue<T> {
    return this.#make("Queue", maxsize) as Queue<T>;
  }

  JoinableQueue<T = unknown>(maxsize?: number): JoinableQueue<T> {
    return this.#make("JoinableQueue", maxsize) as JoinableQueue<T>;
  }

  dict<K = unknown, V = unknown>(entries?: Iterable<readonly [K, V]>): DictProxy<K, V> {
    const filling = entries === undefined ? null : entriesOf(entries);
    const dict = this.#make("dict") as DictProxy;
    if (filling !== null) void dict.update(filling);
    return dict as DictProxy<K, V>;
  }

  #make(kind: string, ...args: unknown[]): object {
    return newAt(this.#home(`make ${kind}`), kind, args);
  }

  async shutdown(): Promise<void> {
    this.#belonging.check("shut down manager");
    this.#state = "shut down";
    if (this.#belonging.inherited || this.#keeper === null) return;
    await (await this.#keeper).end(GRACE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#belonging.inherited) await this.shutdown();
  }
}

refuseSending(Manager, "a Manager");
void here;

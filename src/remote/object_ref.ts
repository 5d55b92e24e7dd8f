/**
 * A shared object as those see it who use it: where it lives, and how it is acted
 * upon, here or there. What each class of shared objects holds. Knows no kind of
 * object, and not how one crosses: see `shareable.ts`.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { beforeListening } from "../transport/server.ts";
import { StateError } from "../errors.ts";
import { onExit } from "../runtime/exit_hooks.ts";
import { refuseInReplay, skipInReplay } from "../replay/inheritance.ts";
import { hasForked } from "../replay/recorder.ts";
import { checkWait, type Wait } from "../runtime/deadline.ts";
import type { CallEndings } from "./pending_call.ts";
import type { ObjectState } from "./operation.ts";
import { type Location, lockIdOf } from "./location.ts";

/** What stands for an object in a message. */
export type Handle = [kind: string, id: string, where: Location, ...details: unknown[]];

/** How an act is to be done. */
export interface CallOptions extends CallEndings {
  args?: readonly unknown[];
  value?: Encoded;
  /** It changes something, although it gives something: the process does not leave before it is done. */
  hasEffect?: boolean;
  /** Its bounds; a timeout of 0, and `block: false`, do not wait. */
  wait?: ConsumeOptions | undefined;
  /** It is likely to be done again at once. */
  isRepeated?: boolean;
  /** It is done once for each time that another act has enabled it: then nobody has to wait for its answer. */
  isEnabled?: boolean;
}

/** Bounds of a wait that may be none at all. */
export interface ConsumeOptions extends Wait {
  /** False: do not wait. */
  block?: boolean;
}

type Engine = typeof import("../child/object_kinds.ts");

let engine: Engine | null = null;
let loading: Promise<void> | null = null;
/** Calls that wait for the engine: those that come meanwhile must not overtake them. */
let early = 0;

function load(): Promise<void> {
  if (loading === null) {
    loading = import("../child/object_kinds.ts").then((loaded) => void (engine = loaded));
    beforeListening(loading);
    // What was called before begins then, and is waited for in turn.
    onExit(async () => {
      while (early > 0) await loading;
    });
  }
  return loading;
}

/** Calls wait for this as well: what they act upon is loaded with it. */
export function loadAlso(more: Promise<unknown>): void {
  early++;
  loading = Promise.all([load(), more]).then(() => void early--);
}

/** Itself, where it lives. */
interface Home {
  resident: ObjectState | null;
  isHere: boolean;
}

export class ObjectRef {
  readonly kind: string;
  readonly id: string;
  readonly details: readonly unknown[];
  readonly #where: Location | null;
  /** Others may know it: its handle was given away. */
  #isKnown = false;
  /** What is named in its details. */
  #other: ObjectRef | null = null;
  /** Itself, when it lives here; the same for all its ends. */
  #home: Home = { resident: null, isHere: false };

  /** @param where null for what a module made while a child imported it: nobody can use that */
  constructor(kind: string, id: string, where: Location | null, details: readonly unknown[]) {
    this.kind = kind;
    this.id = id;
    this.#where = where;
    this.details = details;
  }

  /** Whether it is of no use. */
  get isInert(): boolean {
    return this.#where === null;
  }

  /** Where it lives. */
  get where(): Location {
    if (this.#where !== null) return this.#where;
    throw new StateError(
      `Cannot use ${this.kind}: a module made it while this child imported it, pass the parent's as an argument`,
      "inert",
    );
  }

  /** The same for all handles of one object. */
  get key(): string {
    return JSON.stringify([this.where, this.id, ...this.details]);
  }

  /** Makes it live here. */
  createState(args: readonly unknown[]): void {
    this.#home.isHere = true;
    const inhabit = () => this.#home.resident = engine!.createObject(this.kind, this.id, args);
    if (engine !== null && early === 0) return void inhabit();
    early++;
    void load().then(() => {
      early--;
      inhabit();
    });
  }

  /** What leads to another end of the same thing. */
  withDetails(details: readonly unknown[]): ObjectRef {
    const reach = new ObjectRef(this.kind, this.id, this.#where, details);
    reach.#home = this.#home;
    return reach;
  }

  /** What leads to the lock that lives with it and is made with it: see `inhabit`. */
  get lock(): ObjectRef {
    this.#isKnown = true; // it stays as long as its lock may be used
    return new ObjectRef("RLock", lockIdOf(this.id), this.#where, []);
  }

  /** Whether it lives in this very process. */
  get isLocal(): boolean {
    return this.#home.isHere;
  }

  /** Nobody here has it any more: it is gone, unless others may know it. */
  release(): void {
    if (this.#home.resident !== null && !this.#isKnown && !hasForked()) engine!.removeObject(this.id);
  }

  /** From now on who knows this one knows `other` as well. */
  dependOn(other: ObjectRef): void {
    this.#other = other;
  }

  /** What will stand for it in messages. */
  get bareHandle(): Handle {
    return [this.kind, this.id, this.where, ...this.details];
  }

  /** What stands for it in a message. */
  handle(): Handle {
    this.#isKnown = true;
    this.#other?.handle();
    return this.bareHandle;
  }

  /** Acts on it where nothing is given; on the way to a fork point that was done. Settles when it is done. */
  perform(what: string, name: string, how: CallOptions = {}): Promise<void> {
    return skipInReplay(() => this.#call(what, name, how, true) as Promise<void>);
  }

  /** Acts on it where something is given. */
  request<T>(what: string, name: string, how: CallOptions = {}): Promise<T> {
    return refuseInReplay(what, () => this.#call(what, name, how, how.hasEffect === true)) as Promise<T>;
  }

  #call(what: string, name: string, how: CallOptions, brings: boolean): Promise<unknown> {
    try {
      const { where } = this;
      if (how.wait !== undefined) check(how.wait, what);
      if (engine !== null && early === 0) return this.#begin(engine, where, name, how, brings);
      early++;
      return load().then(() => {
        early--;
        return this.#begin(engine!, where, name, how, brings);
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #begin(engine: Engine, where: Location, act: string, how: CallOptions, brings: boolean): Promise<unknown> {
    const { args = NONE, value, wait } = how;
    wait?.signal?.throwIfAborted();
    const now = wait !== undefined && (wait.block === false || wait.timeout !== undefined && wait.timeout <= 0);
    // Made for a handle that came back, or for what lives beside another object, it does not know that it is at home.
    const resident = this.#home.resident ?? engine.objectAt(where, this.id);
    const call = resident !== undefined
      ? engine.performLocally(resident, act, args, value === undefined ? null : engine.packValue(value), now, how)
      : engine.sessionWith(where).ask({
        id: this.id,
        act,
        args,
        cargo: value ?? null,
        now,
        isBound: wait !== undefined,
        repeats: how.isRepeated === true,
        isEnabled: how.isEnabled === true,
        brings,
        onTimeout: how.onTimeout,
        mapError: how.mapError,
      });
    if (wait !== undefined) engine.boundCall(call, wait);
    return call.outcome.promise;
  }
}

const NONE: readonly unknown[] = [];

function check(wait: ConsumeOptions, what: string): void {
  checkWait(wait, what);
  if (wait.block !== undefined && typeof wait.block !== "boolean") {
    throw new TypeError(`Cannot ${what}: block is not a boolean`);
  }
}

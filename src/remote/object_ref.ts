/**
 * A reference to a shared object, as each class of shared objects holds one: where
 * the object lives, and its operations, performed here or there. Knows no kind of
 * object, and not how an object is sent: see `object_registry.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import type { Encoded } from "../codec/codec.ts";
import { StateError } from "../errors.ts";
import { hasForked } from "../replay/recorder.ts";
import { refuseInReplay, skipInReplay } from "../replay/inheritance.ts";
import { checkWait, type Wait, WAIT_OPTIONS } from "../runtime/deadline.ts";
import type { OptionNames } from "../runtime/options.ts";
import { announceObject, failAnnounced, loadedHost, type ObjectHost, whenLoaded } from "./host_loader.ts";
import { type Location, lockIdOf } from "./location.ts";
import type { ObjectState } from "./operation.ts";
import { type CallEndings, callTraces } from "./pending_call.ts";

/** What stands for an object in a message. */
export type Handle = [kind: string, id: string, where: Location, ...details: unknown[]];

/** How an operation is to be performed. */
export interface CallOptions extends CallEndings {
  args?: readonly unknown[];
  value?: Encoded;
  /** It changes something, although it gives a value: the process does not exit before it is done. */
  hasEffect?: boolean;
  /** Its bounds. It does not wait when `timeout` is 0, or `block` is false. */
  wait?: ConsumeOptions | undefined;
  /** The same is likely to be requested again at once. */
  isRepeated?: boolean;
  /** The owner may let this process push more of its kind, without waiting for answers. */
  earnsCredit?: boolean;
  /** It is performed once for each time that the answer of another enabled it, so nobody waits for its answer. */
  isEnabled?: boolean;
}

/** Bounds of a wait that may be none at all. */
export interface ConsumeOptions extends Wait {
  /** False: do not wait. */
  block?: boolean;
}

const CONSUME_OPTIONS: OptionNames<ConsumeOptions> = { ...WAIT_OPTIONS, block: true };

/** The object itself, where it lives in this process: the same for all references to its ends. */
interface LocalObject {
  isLocal: boolean;
  state: ObjectState | null;
  /** Arguments of the state that is still to be created; null when there is none. */
  args: readonly unknown[] | null;
  remove: () => void;
}

const NO_ARGS: readonly unknown[] = [];

export class ObjectRef {
  readonly kind: string;
  readonly id: string;
  readonly details: readonly unknown[];
  readonly #where: Location | null;
  /** Whether others may know the object: its handle was sent. */
  #isShared = false;
  /** The object that this one's handle names. */
  #dependency: ObjectRef | null = null;
  #local: LocalObject = { isLocal: false, state: null, args: null, remove: () => {} };

  /** @param where null for an object that a module made while a child imported it: nobody can use that one */
  constructor(kind: string, id: string, where: Location | null, details: readonly unknown[]) {
    this.kind = kind;
    this.id = id;
    this.#where = where;
    this.details = details;
  }

  /** Whether the object cannot be used. */
  get isInert(): boolean {
    return this.#where === null;
  }

  /** Where the object lives. @throws {StateError} it cannot be used */
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

  /** Creates the object in this process, as soon as what its kind needs is loaded. */
  createState(args: readonly unknown[]): void {
    this.#local.isLocal = true;
    this.#local.args = args;
    const host = loadedHost();
    if (host?.isKindLoaded(this.kind)) return this.#create(host);
    announceObject(this.id, () => this.#createLater());
    this.#createLater();
  }

  /** Creates it when everything it needs is loaded. After a failure whoever uses it next tries again, and is told. */
  #createLater(): void {
    whenLoaded((host) => this.#create(host), (host) => this.#loadKind(host))
      .catch((error) => failAnnounced(this.id, error));
  }

  #create(host: ObjectHost): void {
    const local = this.#local;
    if (local.args === null) return;
    local.state = host.createObject(this.kind, this.id, local.args);
    local.args = null;
    local.remove = () => host.removeObject(this.id);
  }

  /** A reference to another end of the same object. */
  withDetails(details: readonly unknown[]): ObjectRef {
    const ref = new ObjectRef(this.kind, this.id, this.#where, details);
    ref.#local = this.#local;
    return ref;
  }

  /** A reference to the lock that is created with the object. */
  get lock(): ObjectRef {
    this.#isShared = true; // the object stays as long as its lock may be used
    return new ObjectRef("RLock", lockIdOf(this.id), this.#where, []);
  }

  /** What is known of the object without asking its owner: its own state, or the address of the owner. */
  describe(): object {
    const { isLocal, state } = this.#local;
    return isLocal ? state?.describe?.() ?? {} : { owner: this.#where?.[0] ?? null };
  }

  /** Whether the object was created in this process. */
  get isLocal(): boolean {
    return this.#local.isLocal;
  }

  /** No object of this process refers to it any more: it is removed, unless others may know it. */
  release(): void {
    if (this.#local.state !== null && !this.#isShared && !hasForked()) this.#local.remove();
  }

  /** Whoever is sent this object knows `other` as well. */
  dependOn(other: ObjectRef): void {
    this.#dependency = other;
  }

  /** The handle, for a message that is not sent yet. */
  get bareHandle(): Handle {
    return [this.kind, this.id, this.where, ...this.details];
  }

  /** The handle, for a message that is being sent. */
  handle(): Handle {
    this.#isShared = true;
    this.#dependency?.handle();
    return this.bareHandle;
  }

  /** Performs an operation that gives no value; a forked child skips those of its parent. Settles when it is done. */
  perform(what: string, name: string, options: CallOptions = {}): Promise<void> {
    return skipInReplay(() => this.#call(what, name, options, true) as Promise<void>);
  }

  /** Performs an operation that gives a value. */
  request<T>(what: string, name: string, options: CallOptions = {}): Promise<T> {
    return refuseInReplay(what, () => this.#call(what, name, options, options.hasEffect === true)) as Promise<T>;
  }

  #call(what: string, name: string, options: CallOptions, hasEffect: boolean): Promise<unknown> {
    options.trace = callTraces.take();
    try {
      const { where } = this;
      if (options.wait !== undefined) checkConsume(options.wait, what);
      const host = loadedHost();
      if (host !== null && this.#local.args === null) return this.#begin(host, where, name, options, hasEffect);
      return whenLoaded((host) => this.#begin(host, where, name, options, hasEffect), async (host) => {
        await this.#loadKind(host);
        this.#create(host);
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Loads what the object is created with, unless it is there. */
  async #loadKind(host: ObjectHost): Promise<void> {
    if (this.#local.args !== null && !host.isKindLoaded(this.kind)) await host.loadKind(this.kind);
  }

  #begin(
    host: ObjectHost,
    where: Location,
    act: string,
    options: CallOptions,
    hasEffect: boolean,
  ): Promise<unknown> {
    const { args = NO_ARGS, value, wait } = options;
    wait?.signal?.throwIfAborted();
    const isNow = wait !== undefined && (wait.block === false || wait.timeout !== undefined && wait.timeout <= 0);
    // A handle that came back, or the object beside another, may name an object of this process as well.
    const state = this.#local.state ?? host.objectAt(where, this.id);
    const call = state !== undefined
      ? host.performLocally(state, act, args, value === undefined ? null : host.packValue(value), isNow, options)
      : host.sessionWith(where).request({
        id: this.id,
        act,
        args,
        value: value ?? null,
        isNow,
        isBounded: wait !== undefined,
        isRepeated: options.isRepeated === true,
        isEnabled: options.isEnabled === true,
        earnsCredit: options.earnsCredit === true,
        hasEffect,
        onTimeout: options.onTimeout,
        mapError: options.mapError,
        trace: options.trace,
      });
    if (wait !== undefined) host.boundCall(call, wait);
    return call.outcome.promise;
  }
}

function checkConsume(wait: ConsumeOptions, what: string): void {
  checkWait(wait, what, CONSUME_OPTIONS);
  if (wait.block !== undefined && typeof wait.block !== "boolean") {
    throw typeError(`Cannot ${what}: block is not a boolean`);
  }
}

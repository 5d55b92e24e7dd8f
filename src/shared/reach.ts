/**
 * A shared object as those see it who use it: where it lives, and how it is acted
 * upon, here or there. What each class of shared objects holds. Stands in
 * messages as a handle, from which another process makes its own object for the
 * same thing, always the same one. Knows no kind of object.
 *
 * @module
 */
import type { Encoded } from "../codec.ts";
import { prepare } from "../door.ts";
import { ProtocolError, StateError } from "../errors.ts";
import { isImporting, onLeaving } from "../family.ts";
import { share } from "../graph.ts";
import { act, ask, created, heard } from "../inherited.ts";
import { hasForked, isReplaying } from "../path.ts";
import { checkWait, type Wait } from "../wait.ts";
import type { Ends } from "./call.ts";
import type { Resident } from "./turn.ts";
import { DIRECTORY, home, lockIdOf, type Where } from "./where.ts";

/** What stands for an object in a message. */
type Handle = [kind: string, id: string, where: Where, ...details: unknown[]];

/** How an act is to be done. */
export interface How extends Ends {
  args?: readonly unknown[];
  cargo?: Encoded;
  /** It changes something, although it gives something: the process does not leave before it is done. */
  brings?: boolean;
  /** Its bounds; a timeout of 0, and `block: false`, do not wait. */
  wait?: Bounds | undefined;
  /** It is likely to be done again at once. */
  repeats?: boolean;
  /** It is done once for each time that another act has enabled it: then nobody has to wait for its answer. */
  isEnabled?: boolean;
}

/** What an object holds before anybody can use it: an act on it, with a value. */
export interface Content {
  act: string;
  cargo: Encoded;
}

/** Bounds of a wait that may be none at all. */
export interface Bounds extends Wait {
  /** False: do not wait. */
  block?: boolean;
}

type Engine = typeof import("./engine.ts");

let engine: Engine | null = null;
let loading: Promise<void> | null = null;
/** Calls that wait for the engine: those that come meanwhile must not overtake them. */
let early = 0;

function load(): Promise<void> {
  if (loading === null) {
    loading = import("./engine.ts").then((loaded) => void (engine = loaded));
    prepare(loading);
    // What was called before begins then, and is waited for in turn.
    onLeaving(async () => {
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

// --- kinds ---

// deno-lint-ignore no-explicit-any
type Kind = new (...details: any[]) => object;

/** What an object of a kind does when its handle goes out or comes in. */
export interface Passage {
  /** A handle of it is given away. @returns what goes with it: data that JSON has */
  give(object: object): unknown;
  /** Its handle has come in, with what went with it. */
  take(object: object, given: unknown): void;
  /** Nobody here has the object to which `reach` led. */
  lose(reach: Reach): void;
}

const kinds = new Map<string, Kind>();
const passages = new Map<string, Passage>();
const reaches = new WeakMap<object, Reach>();
/** Objects by their handle: the same is never made twice. */
const known = new Map<string, WeakRef<object>>();
const forgotten = new FinalizationRegistry((reach: Reach) => {
  if (known.get(reach.name)?.deref() !== undefined) return;
  known.delete(reach.name);
  const passage = passages.get(reach.kind);
  if (passage === undefined) reach.leave();
  else passage.lose(reach);
});
let made = 0;
/** The reach of the object that is being made for a handle. */
let adopted: Reach | null = null;
/** Where objects live that are made now, and what they hold from the start; null: here. */
let residence: { readonly where: Where; readonly content: Content | null } | null = null;

/** Objects of `Class` cross as `kind`. Made with the details of the handle, where the class takes any. */
export function shareable(kind: string, Class: Kind, passage?: Passage): void {
  kinds.set(kind, Class);
  if (passage !== undefined) passages.set(kind, passage);
}

/** Makes one thing that lives here, and an object for each of its ends. */
export function endsOf(kind: string, args: readonly unknown[], ...ends: readonly (readonly unknown[])[]): object[] {
  const first = make(kind, args, ends[0]!);
  return ends.map((details, at) => construct(at === 0 ? first : first.beside(details)));
}

/** What comes in as this very object from now on is made anew: it is of no use any more. */
export function part(object: object): void {
  const reach = reaches.get(object)!;
  if (!reach.isInert && known.get(reach.name)?.deref() === object) known.delete(reach.name);
}

/**
 * The reach of an object under construction: of a new one that lives here, or of the one that a handle names.
 *
 * @param args of what makes its resident
 * @param details what others must know of it to make their own object
 */
export function reachOf(
  object: object,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[] = [],
): Reach {
  const reach = adopted ?? make(kind, args, details);
  attach(object, reach);
  return reach;
}

/**
 * The same for an object that lives where another does, and knows it: the handle of that one is all its details.
 *
 * @param other null for an object that is made for a handle
 */
export function reachBeside(object: object, other: Reach | null, kind: string): Reach {
  const reach = adopted ?? makeBeside(other!, kind);
  attach(object, reach);
  return reach;
}

function makeBeside(other: Reach, kind: string): Reach {
  if (other.isInert) return new Reach(kind, "", null, []);
  const details = [other.stub];
  const isHere = other.isHome || isReplaying();
  const reach = isHere ? make(kind, [other.id], details) : reachAt(other.where, kind, [other.id], details, null);
  reach.lean(other);
  return reach;
}

/** The object that `reach` leads to, made unless it is there. */
export function objectAt(reach: Reach): object {
  const there = known.get(reach.name)?.deref();
  return there ?? construct(reach);
}

function construct(reach: Reach): object {
  const Class = kinds.get(reach.kind);
  if (Class === undefined) {
    throw new ProtocolError(`Cannot decode value: ${reach.kind} is no kind of shared object here`);
  }
  adopted = reach;
  try {
    return new Class(...reach.details);
  } finally {
    adopted = null;
  }
}

/** What leads to an object that is shared; undefined for any other. */
export function reachTo(object: object): Reach | undefined {
  return reaches.get(object);
}

/** Makes `object` stand in messages as what `reach` leads to. */
export function attach(object: object, reach: Reach): void {
  adopted = null;
  remember(object, reach);
}

function remember(object: object, reach: Reach): void {
  reaches.set(object, reach);
  if (reach.isInert) return;
  known.set(reach.name, new WeakRef(object));
  forgotten.register(object, reach);
}

/**
 * An object of a kind, made with these arguments of its class, that lives with somebody else.
 *
 * @param content where that cannot be put into it, whatever is asked of it fails
 * @throws {ProtocolError} nobody has loaded that kind here
 */
export function newAt(where: Where, kind: string, args: readonly unknown[], content: Content | null = null): object {
  const Class = kinds.get(kind);
  if (Class === undefined) throw new ProtocolError(`Cannot make ${kind}: it is no kind of shared object here`);
  const before = residence;
  residence = { where, content };
  try {
    return new Class(...args);
  } finally {
    residence = before;
  }
}

/** Whether what is made now is to live with somebody else. */
export function isAway(): boolean {
  return residence !== null;
}

function make(kind: string, args: readonly unknown[], details: readonly unknown[]): Reach {
  if (residence !== null) return reachAt(residence.where, kind, args, details, residence.content);
  if (isImporting()) return new Reach(kind, "", null, details);
  let isNew = false;
  const [, id, where] = created(kind, (): Handle => {
    isNew = true;
    return [kind, String(++made), home()];
  });
  const reach = new Reach(kind, id, where, details);
  if (isNew) reach.house(args);
  return reach;
}

/**
 * An object that is made to live with somebody else, who makes it before anything else is asked of it.
 *
 * @param args of what makes its resident there: data that JSON has
 */
export function madeAt(
  where: Where,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[] = [],
  content: Content | null = null,
): object {
  return objectAt(reachAt(where, kind, args, details, content));
}

function reachAt(
  where: Where,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[],
  content: Content | null,
): Reach {
  let isNew = false;
  const [, id, place] = created(kind, (): Handle => {
    isNew = true;
    return [kind, crypto.randomUUID(), where];
  });
  const directory = new Reach("", DIRECTORY, where, []);
  // Where it cannot be made, whatever is asked of it fails.
  if (isNew) {
    const how = content === null ? {} : { cargo: content.cargo };
    void heard(directory.act(`make ${kind}`, "make", { args: [kind, id, content?.act ?? null, ...args], ...how }));
  }
  return new Reach(kind, id, place, details);
}

share({
  write(object) {
    const reach = reachTo(object);
    if (reach === undefined) return null;
    const passage = passages.get(reach.kind);
    return passage === undefined ? reach.handle() : [...reach.handle(), passage.give(object)];
  },
  read(handle) {
    const [kind, id, where, ...details] = handle as Handle;
    const passage = passages.get(kind);
    const given = passage === undefined ? undefined : details.pop();
    const object = objectAt(new Reach(kind, id, where, details));
    passage?.take(object, given);
    return object;
  },
});

// --- one object ---

/** Itself, where it lives. */
interface Home {
  resident: Resident | null;
  isHere: boolean;
}

export class Reach {
  readonly kind: string;
  readonly id: string;
  readonly details: readonly unknown[];
  readonly #where: Where | null;
  /** Others may know it: its handle was given away. */
  #isKnown = false;
  /** What is named in its details. */
  #other: Reach | null = null;
  /** Itself, when it lives here; the same for all its ends. */
  #home: Home = { resident: null, isHere: false };

  /** @param where null for what a module made while a child imported it: nobody can use that */
  constructor(kind: string, id: string, where: Where | null, details: readonly unknown[]) {
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
  get where(): Where {
    if (this.#where !== null) return this.#where;
    throw new StateError(
      `Cannot use ${this.kind}: a module made it while this child imported it, pass the parent's as an argument`,
      "inert",
    );
  }

  /** The same for all handles of one object. */
  get name(): string {
    return JSON.stringify([this.where, this.id, ...this.details]);
  }

  /** Makes it live here. */
  house(args: readonly unknown[]): void {
    this.#home.isHere = true;
    const inhabit = () => this.#home.resident = engine!.inhabit(this.kind, this.id, args);
    if (engine !== null && early === 0) return void inhabit();
    early++;
    void load().then(() => {
      early--;
      inhabit();
    });
  }

  /** What leads to another end of the same thing. */
  beside(details: readonly unknown[]): Reach {
    const reach = new Reach(this.kind, this.id, this.#where, details);
    reach.#home = this.#home;
    return reach;
  }

  /** What leads to the lock that lives with it and is made with it: see `inhabit`. */
  get lock(): Reach {
    this.#isKnown = true; // it stays as long as its lock may be used
    return new Reach("RLock", lockIdOf(this.id), this.#where, []);
  }

  /** Whether it lives in this very process. */
  get isHome(): boolean {
    return this.#home.isHere;
  }

  /** Nobody here has it any more: it is gone, unless others may know it. */
  leave(): void {
    if (this.#home.resident !== null && !this.#isKnown && !hasForked()) engine!.evict(this.id);
  }

  /** From now on who knows this one knows `other` as well. */
  lean(other: Reach): void {
    this.#other = other;
  }

  /** What will stand for it in messages. */
  get stub(): Handle {
    return [this.kind, this.id, this.where, ...this.details];
  }

  /** What stands for it in a message. */
  handle(): Handle {
    this.#isKnown = true;
    this.#other?.handle();
    return this.stub;
  }

  /** Acts on it where nothing is given; on the way to a fork point that was done. Settles when it is done. */
  act(what: string, name: string, how: How = {}): Promise<void> {
    return act(() => this.#call(what, name, how, true) as Promise<void>);
  }

  /** Acts on it where something is given. */
  ask<T>(what: string, name: string, how: How = {}): Promise<T> {
    return ask(what, () => this.#call(what, name, how, how.brings === true)) as Promise<T>;
  }

  #call(what: string, name: string, how: How, brings: boolean): Promise<unknown> {
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

  #begin(engine: Engine, where: Where, act: string, how: How, brings: boolean): Promise<unknown> {
    const { args = NONE, cargo, wait } = how;
    wait?.signal?.throwIfAborted();
    const now = wait !== undefined && (wait.block === false || wait.timeout !== undefined && wait.timeout <= 0);
    // Made for a handle that came back, or for what lives beside another object, it does not know that it is at home.
    const resident = this.#home.resident ?? engine.residentAt(where, this.id);
    const call = resident !== undefined
      ? engine.perform(resident, act, args, cargo === undefined ? null : engine.pack(cargo), now, how)
      : engine.visit(where).ask({
        id: this.id,
        act,
        args,
        cargo: cargo ?? null,
        now,
        isBound: wait !== undefined,
        repeats: how.repeats === true,
        isEnabled: how.isEnabled === true,
        brings,
        late: how.late,
        fault: how.fault,
      });
    if (wait !== undefined) engine.bound(call, wait);
    return call.outcome.promise;
  }
}

const NONE: readonly unknown[] = [];

function check(wait: Bounds, what: string): void {
  checkWait(wait, what);
  if (wait.block !== undefined && typeof wait.block !== "boolean") {
    throw new TypeError(`Cannot ${what}: block is not a boolean`);
  }
}

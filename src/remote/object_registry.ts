/**
 * The classes of shared objects by kind, and how their objects cross: each stands
 * in a message as a handle, from which another process makes its own object for
 * the same thing, always the same one. Objects can also be made to live with
 * somebody else. Knows no class.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { ProtocolError } from "../errors.ts";
import { isImporting } from "../runtime/process_info.ts";
import { registerReduction, sendAsHandle } from "../codec/reduction.ts";
import { createInherited, silenceRejection } from "../replay/inheritance.ts";
import { isReplaying } from "../replay/recorder.ts";
import { type CallOptions, type Handle, ObjectRef } from "./object_ref.ts";
import { FACTORY_ID, type Location, ownLocation } from "./location.ts";
import { settledLocationOf } from "./manager_locations.ts";
import { isOwnAddress, isTrustedAddress, trustAddress } from "../transport/server.ts";

/** What an object holds before anybody can use it: an act on it, with a value. */
export interface InitialContent {
  act: string;
  value: Encoded;
}

// deno-lint-ignore no-explicit-any
type Kind = new (...details: any[]) => object;

/** What an object of a kind does when its handle goes out or comes in. */
export interface HandleHooks {
  /** A handle of it is given away. @returns what goes with it: data that JSON has */
  sending(object: object): unknown;
  /** Its handle has come in, with what went with it. */
  received(object: object, given: unknown): void;
  /** Nobody here has the object to which `reach` led. */
  lost(reach: ObjectRef): void;
}

const kinds = new Map<string, Kind>();
const passages = new Map<string, HandleHooks>();
const reaches = new WeakMap<object, ObjectRef>();
/** Objects by their handle: the same is never made twice. */
const known = new Map<string, WeakRef<object>>();
const forgotten = new FinalizationRegistry((reach: ObjectRef) => {
  if (known.get(reach.key)?.deref() !== undefined) return;
  known.delete(reach.key);
  const passage = passages.get(reach.kind);
  if (passage === undefined) reach.release();
  else passage.lost(reach);
});
let made = 0;
/** The reach of the object that is being made for a handle. */
let adopted: ObjectRef | null = null;
/** Where objects live that are made now, and what they hold from the start; null: here. */
let residence: { readonly where: Location; readonly content: InitialContent | null } | null = null;

/** Objects of `Class` cross as `kind`. Made with the details of the handle, where the class takes any. */
export function shareable(kind: string, Class: Kind, passage?: HandleHooks): void {
  kinds.set(kind, Class);
  sendAsHandle(Class, kind);
  if (passage !== undefined) passages.set(kind, passage);
}

/** Makes one thing that lives here, and an object for each of its ends. */
export function createEnds(kind: string, args: readonly unknown[], ...ends: readonly (readonly unknown[])[]): object[] {
  const first = make(kind, args, ends[0]!);
  return ends.map((details, at) => construct(at === 0 ? first : first.withDetails(details)));
}

/** What comes in as this very object from now on is made anew: it is of no use any more. */
export function forgetObject(object: object): void {
  const reach = reaches.get(object)!;
  if (!reach.isInert && known.get(reach.key)?.deref() === object) known.delete(reach.key);
}

/**
 * The reach of an object under construction: of a new one that lives here, or of the one that a handle names.
 *
 * @param args of what makes its resident
 * @param details what others must know of it to make their own object
 */
export function refOf(
  object: object,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[] = [],
): ObjectRef {
  const reach = adopted ?? make(kind, args, details);
  attach(object, reach);
  return reach;
}

/**
 * The same for an object that lives where another does, and knows it: the handle of that one is all its details.
 *
 * @param other null for an object that is made for a handle
 */
export function refBeside(object: object, other: ObjectRef | null, kind: string): ObjectRef {
  const reach = adopted ?? makeBeside(other!, kind);
  attach(object, reach);
  return reach;
}

function makeBeside(other: ObjectRef, kind: string): ObjectRef {
  if (other.isInert) return new ObjectRef(kind, "", null, []);
  const details = [other.bareHandle];
  const isHere = other.isLocal || isReplaying();
  const reach = isHere ? make(kind, [other.id], details) : reachAt(other.where, kind, [other.id], details, null);
  reach.dependOn(other);
  return reach;
}

/** The object that `reach` leads to, made unless it is there. */
export function objectFor(reach: ObjectRef): object {
  const there = known.get(reach.key)?.deref();
  return there ?? construct(reach);
}

function construct(reach: ObjectRef): object {
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
export function existingRefOf(object: object): ObjectRef | undefined {
  return reaches.get(object);
}

/** Makes `object` stand in messages as what `reach` leads to. */
export function attach(object: object, reach: ObjectRef): void {
  adopted = null;
  remember(object, reach);
}

function remember(object: object, reach: ObjectRef): void {
  reaches.set(object, reach);
  if (reach.isInert) return;
  known.set(reach.key, new WeakRef(object));
  forgotten.register(object, reach);
}

/**
 * An object of a kind, made with these arguments of its class, that lives with somebody else.
 *
 * @param content where that cannot be put into it, whatever is asked of it fails
 * @throws {ProtocolError} nobody has loaded that kind here
 */
export function createAt(
  where: Location,
  kind: string,
  args: readonly unknown[],
  content: InitialContent | null = null,
): object {
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
export function createsElsewhere(): boolean {
  return residence !== null;
}

function make(kind: string, args: readonly unknown[], details: readonly unknown[]): ObjectRef {
  if (residence !== null) return reachAt(residence.where, kind, args, details, residence.content);
  if (isImporting()) return new ObjectRef(kind, "", null, details);
  let isNew = false;
  const [, id, where] = createInherited(kind, (): Handle => {
    isNew = true;
    return [kind, String(++made), ownLocation()];
  });
  const reach = new ObjectRef(kind, id, where, details);
  if (isNew) reach.createState(args);
  else trustAddress(where[0]); // the parent's, from before the fork
  return reach;
}

/**
 * An object that is made to live with somebody else, who makes it before anything else is asked of it.
 *
 * @param args of what makes its resident there: data that JSON has
 */
export function createRemote(
  where: Location,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[] = [],
  content: InitialContent | null = null,
): object {
  return objectFor(reachAt(where, kind, args, details, content));
}

function reachAt(
  where: Location,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[],
  content: InitialContent | null,
): ObjectRef {
  let isNew = false;
  const [, id, place] = createInherited(kind, (): Handle => {
    isNew = true;
    return [kind, crypto.randomUUID(), where];
  });
  const directory = new ObjectRef("", FACTORY_ID, where, []);
  // Where it cannot be made, whatever is asked of it fails.
  if (isNew) {
    const how: CallOptions = content === null ? {} : { value: content.value };
    void silenceRejection(
      directory.perform(`make ${kind}`, "make", { args: [kind, id, content?.act ?? null, ...args], ...how }),
    );
  }
  return new ObjectRef(kind, id, place, details);
}

registerReduction({
  write(object) {
    const reach = existingRefOf(object);
    if (reach === undefined) return null;
    const passage = passages.get(reach.kind);
    const handle = passage === undefined ? reach.handle() : [...reach.handle(), passage.sending(object)];
    return { handle, addresses: addressesOf(reach.where) };
  },
  read(handle, isFromParent) {
    const [kind, id, where, ...details] = handle as Handle;
    if (isFromParent) trustAddress(where[0]);
    const passage = passages.get(kind);
    const given = passage === undefined ? undefined : details.pop();
    const object = objectFor(new ObjectRef(kind, id, where, details));
    passage?.received(object, given);
    return object;
  },
});

/** Where a process must be able to connect to use what lives there: nowhere that only a stranger has named. */
function addressesOf([address, , name]: Location): string[] {
  const behind = name === undefined || !isOwnAddress(address) ? undefined : settledLocationOf(name);
  return [address, ...behind === undefined ? [] : [behind[0]]].filter(isTrustedAddress);
}

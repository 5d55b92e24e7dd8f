/**
 * Handles and objects: a shared object stands in a message as a handle, from which
 * another process makes its own object for the same thing, always the same one.
 * Objects can also be created in another process. Knows no class.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import { registerReduction } from "../codec/reduction.ts";
import { ProtocolError } from "../errors.ts";
import { createInherited, silenceRejection } from "../replay/inheritance.ts";
import { isReplaying } from "../replay/recorder.ts";
import { isImporting } from "../runtime/process_info.ts";
import { isOwnAddress, isTrustedAddress, trustAddress } from "../transport/server.ts";
import { FACTORY_ID, type Location, ownLocation, settledLocationOf } from "./location.ts";
import { kindNamed, showObjectsAs } from "./object_kinds.ts";
import { type CallOptions, type Handle, ObjectRef } from "./object_ref.ts";

/** What an object holds before anybody can use it: an operation on it, with a value. */
export interface InitialContent {
  act: string;
  value: Encoded;
}

/** References by the objects that hold them. */
const refs = new WeakMap<object, ObjectRef>();
/** Objects by the keys of their handles: none is made twice. */
const objectsByKey = new Map<string, WeakRef<object>>();
const finalizers = new FinalizationRegistry((ref: ObjectRef) => {
  if (objectsByKey.get(ref.key)?.deref() !== undefined) return;
  objectsByKey.delete(ref.key);
  const hooks = kindNamed(ref.kind)?.hooks;
  if (hooks === undefined) ref.release();
  else hooks.lost(ref);
});
/** How many objects were created in this process. */
let created = 0;
/** The reference of the object that is being constructed for a handle. */
let received: ObjectRef | null = null;
/** Where objects that are constructed now are to live, and what they hold from the start; null: in this process. */
let target: { readonly where: Location; readonly content: InitialContent | null } | null = null;

showObjectsAs((object) => refs.get(object)?.describe() ?? {});

// --- construction ---

/**
 * The reference of an object under construction: that of the handle for which it is constructed, or a new one.
 *
 * @param args arguments of its state, where that is created
 * @param details what other processes need to construct their own object
 */
export function refOf(
  object: object,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[] = [],
): ObjectRef {
  const ref = received ?? createRef(kind, args, details);
  attach(object, ref);
  // A field would be set here and nowhere else, and an assignment as to a Python proxy would do nothing.
  if (object.constructor === kindNamed(ref.kind)?.Class) Object.preventExtensions(object);
  return ref;
}

/**
 * The same for an object that lives beside another, which it refers to: that one's handle is all its details.
 *
 * @param other null for an object that is constructed for a handle
 */
export function refBeside(object: object, other: ObjectRef | null, kind: string): ObjectRef {
  const ref = received ?? createRefBeside(other!, kind);
  attach(object, ref);
  return ref;
}

/** Objects for all ends of one thing that is created in this process, each with its own details. */
export function createEnds(kind: string, args: readonly unknown[], ...ends: readonly (readonly unknown[])[]): object[] {
  const first = createRef(kind, args, ends[0]!);
  return ends.map((details, at) => construct(at === 0 ? first : first.withDetails(details)));
}

/** From now on `object` is sent as the handle of `ref`. */
export function attach(object: object, ref: ObjectRef): void {
  received = null;
  refs.set(object, ref);
  if (ref.isInert) return;
  objectsByKey.set(ref.key, new WeakRef(object));
  finalizers.register(object, ref);
}

/** A handle that would give this object gives a new one from now on: this one cannot be used any more. */
export function forgetObject(object: object): void {
  const ref = refs.get(object)!;
  if (!ref.isInert && objectsByKey.get(ref.key)?.deref() === object) objectsByKey.delete(ref.key);
}

/** The reference of a shared object; undefined for any other object. */
export function existingRefOf(object: object): ObjectRef | undefined {
  return refs.get(object);
}

/** The object of a reference, constructed unless it is there. @throws {ProtocolError} its class is not loaded */
export function objectFor(ref: ObjectRef): object {
  return objectsByKey.get(ref.key)?.deref() ?? construct(ref);
}

function construct(ref: ObjectRef): object {
  const kind = kindNamed(ref.kind);
  if (kind === undefined) {
    throw new ProtocolError(`Cannot decode value: ${ref.kind} is no kind of shared object here`);
  }
  received = ref;
  try {
    return new kind.Class(...ref.details);
  } finally {
    received = null;
  }
}

function createRef(kind: string, args: readonly unknown[], details: readonly unknown[]): ObjectRef {
  if (target !== null) return createRemoteRef(target.where, kind, args, details, target.content);
  if (isImporting()) return new ObjectRef(kind, "", null, details);
  let isNew = false;
  const [, id, where] = createInherited(kind, (): Handle => {
    isNew = true;
    return [kind, String(++created), ownLocation()];
  });
  const ref = new ObjectRef(kind, id, where, details);
  if (isNew) ref.createState(args);
  else trustAddress(where[0]); // the parent's, from before the fork
  return ref;
}

function createRefBeside(other: ObjectRef, kind: string): ObjectRef {
  if (other.isInert) return new ObjectRef(kind, "", null, []);
  const details = [other.bareHandle];
  const ref = other.isLocal || isReplaying()
    ? createRef(kind, [other.id], details)
    : createRemoteRef(other.where, kind, [other.id], details, null);
  ref.dependOn(other);
  return ref;
}

// --- objects of other processes ---

/**
 * An object of a kind, constructed with these arguments of its class, that lives in another process.
 *
 * @param content where that cannot be put into it, every use of it fails
 * @throws {ProtocolError} the class is not loaded
 */
export function createAt(
  where: Location,
  kind: string,
  args: readonly unknown[],
  content: InitialContent | null = null,
): object {
  const known = kindNamed(kind);
  if (known === undefined) throw new ProtocolError(`Cannot make ${kind}: it is no kind of shared object here`);
  const before = target;
  target = { where, content };
  try {
    return new known.Class(...args);
  } finally {
    target = before;
  }
}

/** Whether objects that are constructed now are to live in another process. */
export function createsElsewhere(): boolean {
  return target !== null;
}

/**
 * An object that another process creates before anything else is asked of it.
 *
 * @param args arguments of its state: data that JSON has
 */
export function createRemote(
  where: Location,
  kind: string,
  args: readonly unknown[],
  details: readonly unknown[] = [],
  content: InitialContent | null = null,
): object {
  return objectFor(createRemoteRef(where, kind, args, details, content));
}

function createRemoteRef(
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
  if (isNew) {
    const factory = new ObjectRef("", FACTORY_ID, where, []);
    const options: CallOptions = { args: [kind, id, content?.act ?? null, ...args] };
    if (content !== null) options.value = content.value;
    void silenceRejection(factory.perform(`make ${kind}`, "make", options)); // every use of the object fails then
  }
  return new ObjectRef(kind, id, place, details);
}

// --- handles ---

registerReduction({
  write(object) {
    const ref = existingRefOf(object);
    if (ref === undefined) return null;
    const hooks = kindNamed(ref.kind)?.hooks;
    const handle = hooks === undefined ? ref.handle() : [...ref.handle(), hooks.sending(object)];
    return { handle, addresses: addressesOf(ref.where) };
  },
  read(handle, isFromParent) {
    const [kind, id, where, ...details] = checkedHandle(handle);
    if (isFromParent) trustAddress(where[0]);
    const hooks = kindNamed(kind)?.hooks;
    const given = hooks === undefined ? undefined : details.pop();
    const object = objectFor(new ObjectRef(kind, id, where, details));
    hooks?.received(object, given);
    return object;
  },
});

/** Where a process must be able to connect to use what lives there: nowhere that only a stranger has named. */
function addressesOf([address, , name]: Location): string[] {
  const manager = name === undefined || !isOwnAddress(address) ? undefined : settledLocationOf(name);
  return [address, ...manager === undefined ? [] : [manager[0]]].filter(isTrustedAddress);
}

/** A handle that came from another process. @throws {ProtocolError} it is malformed */
function checkedHandle(handle: unknown): Handle {
  const [kind, id, where] = Array.isArray(handle) ? handle : [];
  const isLocation = Array.isArray(where) && (where.length === 2 || where.length === 3) &&
    where.every((part) => typeof part === "string");
  if (typeof kind === "string" && typeof id === "string" && isLocation) return handle as Handle;
  throw new ProtocolError("Cannot decode value: the handle of a shared object is malformed");
}

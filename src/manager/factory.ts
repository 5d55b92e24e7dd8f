/**
 * The methods with which a manager makes objects: every class of shared objects,
 * and those that only managers have. Does not know where the manager is.
 *
 * @module
 */
import type { Encoded } from "../codec/codec.ts";
import type { Barrier, BarrierOptions } from "../synchronize/barrier.ts";
import type { Condition } from "../synchronize/condition.ts";
import type { Event } from "../synchronize/event.ts";
import type { Lock, RLock } from "../synchronize/lock.ts";
import type { JoinableQueue, Queue } from "../queue/queue.ts";
import { createAt } from "../remote/object_registry.ts";
import type { BoundedSemaphore, Semaphore } from "../synchronize/semaphore.ts";
import type { SharedArray } from "../shared_values/shared_array.ts";
import type { ScalarOf, Typecode, TypecodeOf } from "../shared_values/typecode.ts";
import type { Value } from "../shared_values/value.ts";
import type { Location } from "../remote/location.ts";
import { type DictEntries, type DictProxy, encodeEntries, entriesOf } from "./dict_proxy.ts";
import { encodeItems, type ListProxy } from "./list_proxy.ts";
import { fieldsOf, type NamespaceProxy } from "./namespace_proxy.ts";
import { encodeMembers, type SetProxy } from "./set_proxy.ts";
import "./auto_proxy.ts";

/** Makes objects that live with a manager. */
export abstract class Maker {
  /** Where they live. @throws {StateError} it makes nothing at this time */
  protected abstract home(act: string): Location;

  /** A queue that lives with it. */
  Queue<T = unknown>(maxsize?: number): Queue<T> {
    return this.#make("Queue", maxsize);
  }

  /** A queue that lives with it, whose producers can wait until all is done. */
  JoinableQueue<T = unknown>(maxsize?: number): JoinableQueue<T> {
    return this.#make("JoinableQueue", maxsize);
  }

  /** A lock that lives with it. */
  Lock(): Lock {
    return this.#make("Lock");
  }

  /** A lock that lives with it, which its holder may take again. */
  RLock(): RLock {
    return this.#make("RLock");
  }

  /** A semaphore that lives with it. */
  Semaphore(value?: number): Semaphore {
    return this.#make("Semaphore", value);
  }

  /** A semaphore that lives with it, which is never released above its start. */
  BoundedSemaphore(value?: number): BoundedSemaphore {
    return this.#make("BoundedSemaphore", value);
  }

  /** A condition that lives with it, or where the given lock does. */
  Condition(lock?: Lock | RLock): Condition {
    return this.#make("Condition", lock);
  }

  /** An event that lives with it. */
  Event(): Event {
    return this.#make("Event");
  }

  /** A barrier that lives with it. */
  Barrier(parties: number, options?: BarrierOptions): Barrier {
    return this.#make("Barrier", parties, options);
  }

  /** A number, bigint or boolean that lives with it. */
  Value<T extends ScalarOf<C> = number, C extends Typecode = Typecode>(
    typecode: C & TypecodeOf<T>,
    initial?: NoInfer<T>,
  ): Value<T, C> {
    return this.#make("Value", typecode, initial);
  }

  /** An array of numbers, bigints or booleans that lives with it. */
  Array<T extends ScalarOf<C> = number, C extends Typecode = Typecode>(
    typecode: C & TypecodeOf<T>,
    sizeOrItems: number | readonly NoInfer<T>[] | Iterable<NoInfer<T>>,
  ): SharedArray<T, C> {
    return this.#make("SharedArray", typecode, sizeOrItems);
  }

  /** A dict that lives with it, of an object's properties. */
  dict<V>(fields: Readonly<Record<string, V>> & { [Symbol.iterator]?: never }): DictProxy<string, V>;
  /** A dict that lives with it, of pairs, as in a `Map`. */
  dict<K = unknown, V = unknown>(entries?: Iterable<readonly [K, V]>): DictProxy<K, V>;
  /** A dict that lives with it, of the types that are told. */
  dict<K, V>(entries: DictEntries<K, V>): DictProxy<K, V>;
  dict(entries?: object): DictProxy {
    return this.#filled("dict", "update", entries === undefined ? null : encodeEntries(entriesOf(entries)));
  }

  /** A list that lives with it. */
  list<T = unknown>(items?: Iterable<T>): ListProxy<T> {
    return this.#filled("list", "push", items === undefined ? null : encodeItems(items));
  }

  /** A set that lives with it. */
  set<T = unknown>(items?: Iterable<T>): SetProxy<T> {
    return this.#filled("set", "add", items === undefined ? null : encodeMembers(items));
  }

  /** Named fields that live with it. */
  Namespace<F extends object = Record<string, unknown>>(fields?: F): NamespaceProxy<F> {
    return this.#filled("Namespace", "update", fields === undefined ? null : encodeEntries(fieldsOf(fields)));
  }

  #make<T extends object>(kind: string, ...args: unknown[]): T {
    return createAt(this.home(`make ${kind}`), kind, args) as T;
  }

  /** Makes an object with initial content. */
  #filled<T extends object>(kind: string, act: string, content: Encoded | null): T {
    return createAt(this.home(`make ${kind}`), kind, [], content && { act, value: content }) as T;
  }
}

/**
 * `NamespaceProxy`: an object of named fields that a manager owns, as other
 * processes use it. The owner keeps it as a dict: `dict_state.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { encode } from "../codec/codec.ts";
import type { ObjectRef } from "../remote/object_ref.ts";
import { shareable, type StateFactory } from "../remote/object_kinds.ts";
import { refOf } from "../remote/object_registry.ts";
import { loadPart } from "../runtime/load_part.ts";
import { encodeEntries, rejectOnThrow } from "./dict_proxy.ts";

/**
 * Named fields that live with a {@linkcode Manager}, the same for all processes.
 *
 * Python's `Namespace`, whose fields are attributes there.
 *
 * @typeParam F its fields
 *
 * @example Two fields
 * ```ts
 * import { Manager } from "@brood/multiprocessing";
 *
 * if (import.meta.main) {
 *   await using manager = new Manager();
 *   const space = manager.Namespace({ name: "Ada", age: 36 });
 *   await space.set("age", 37);
 *   console.log(await space.toObject()); // { name: "Ada", age: 37 }
 * }
 * ```
 */
export class NamespaceProxy<F extends object = Record<string, unknown>> {
  readonly #ref: ObjectRef;

  /** Made by {@linkcode Manager.Namespace}. */
  constructor() {
    this.#ref = refOf(this, "Namespace", []);
  }

  /** The value of a field; undefined when there is none of that name. @throws {ConnectError} the manager is gone */
  get<N extends keyof F & string>(name: N): Promise<F[N]> {
    return rejectOnThrow(() =>
      this.#ref.request("get from namespace", "get", { value: encode(checkFieldName(name), "name") })
    );
  }

  /** Sets a field. @throws {SerializationError} the value cannot cross */
  set<N extends keyof F & string>(name: N, value: F[N]): Promise<void> {
    return rejectOnThrow(() =>
      this.#ref.perform("set in namespace", "set", { value: encodeEntries([[checkFieldName(name), value]]) })
    );
  }

  /** Takes a field out. @returns whether it was there */
  delete(name: keyof F & string): Promise<boolean> {
    const value = () => encode(checkFieldName(name), "name");
    return rejectOnThrow(() =>
      this.#ref.request("delete from namespace", "delete", { value: value(), hasEffect: true })
    );
  }

  /** All fields, as they are now. */
  async toObject(): Promise<Partial<F>> {
    const flat: unknown[] = await this.#ref.request("list fields of namespace", "entries");
    const fields = Array.from({ length: flat.length / 2 }, (_, at) => [flat[2 * at], flat[2 * at + 1]]);
    return Object.fromEntries(fields);
  }
}

/** Names and values of fields. @throws {TypeError} they are no object */
export function fieldsOf(fields: unknown): [string, unknown][] {
  if (typeof fields === "object" && fields !== null) return Object.entries(fields);
  throw typeError("Cannot make namespace: the fields are not an object");
}

/** @throws {TypeError} it is no name */
function checkFieldName(name: unknown): string {
  if (typeof name === "string") return name;
  throw typeError("Cannot use namespace: the name of a field is not a string");
}

async function loadNamespaceState(): Promise<StateFactory> {
  const { DictState } = await loadPart(import.meta.url, () => import("./dict_state.ts"));
  return { create: () => new DictState() };
}

shareable("Namespace", NamespaceProxy, loadNamespaceState);

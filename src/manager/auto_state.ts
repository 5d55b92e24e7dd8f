/**
 * An object of a registered class in the process of its owner: made by the first
 * operation, after which its methods are called on request. The other side is
 * `auto_proxy.ts`.
 *
 * @module
 */
import { typeError } from "../error_stack.ts";
import { encode } from "../codec/codec.ts";
import { ProtocolError, StateError } from "../errors.ts";
import type { AnyFunction, FunctionRef } from "../function/function_ref.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { operationValue } from "./dict_state.ts";
import { publicMethods } from "./registry.ts";
import { isClass } from "../function/task.ts";

/** What is to be made: a class or function, and the methods that may be called; null: the public ones. */
export interface RegisteredModel {
  readonly target: AnyFunction;
  readonly exposed: readonly string[] | null;
}

interface MadeObject {
  readonly object: Record<string, unknown>;
  readonly exposed: ReadonlySet<string>;
}

/** Finds what is registered under a name. A caller may send a reference of its own, for owners that trust their callers. */
export type ModelFinder = (
  name: string,
  ref: FunctionRef | null,
  exposed: readonly string[] | null,
) => Promise<RegisteredModel>;

let findModel: ModelFinder | null = null;

/** From now on this process can own objects of registered classes. */
export function provideModels(find: ModelFinder): void {
  findModel = find;
}

/** The state of a new object of a registered class. @throws {ProtocolError} this process is no manager */
export function createRegistered(
  name: string,
  ref: FunctionRef | null,
  exposed: readonly string[] | null,
): RegisteredState {
  if (findModel === null) throw new ProtocolError("Cannot make Registered: it is no kind of shared object here");
  return new RegisteredState(name, findModel(name, ref, exposed));
}

export class RegisteredState implements ObjectState {
  readonly #name: string;
  readonly #model: Promise<RegisteredModel>;
  #made: Promise<MadeObject> | null = null;

  /** @param model what is to be made: the module of a class may have to be imported first */
  constructor(name: string, model: Promise<RegisteredModel>) {
    this.#name = name;
    this.#model = model;
    model.catch(() => {}); // every operation on the object rejects with it
  }

  perform(operation: Operation): void {
    if (operation.act === "construct") return this.#construct(operation);
    if (operation.act !== "call") {
      throw new ProtocolError(`Cannot ${operation.act}: a registered object does not know how`);
    }
    if (this.#made === null) throw new StateError(`Cannot call ${this.#name}: it was not made`, "not made");
    this.#call(operation, this.#made).then((value) => operation.settle(value), (error) => operation.fail(error));
  }

  #construct(operation: Operation): void {
    const args = operationValue(operation).decode() as unknown[];
    this.#made = this.#make(args);
    this.#made.then(() => operation.settle(), (error) => operation.fail(error));
  }

  async #make(args: unknown[]): Promise<MadeObject> {
    const { target, exposed } = await this.#model;
    const object: unknown = isClass(target) ? new target(...args) : await target(...args);
    if (typeof object !== "object" || object === null) {
      throw typeError(`Cannot make ${this.#name}: what was registered gave no object`);
    }
    return { object: object as Record<string, unknown>, exposed: new Set(exposed ?? publicMethods(object)) };
  }

  async #call(operation: Operation, made: Promise<MadeObject>): Promise<EncodedValue> {
    const [method] = operation.args as [string];
    const args = operationValue(operation).decode() as unknown[];
    const { object, exposed } = await made;
    if (!exposed.has(method) || typeof object[method] !== "function") {
      throw typeError(`Cannot call ${this.#name}.${method}: it has no exposed method of that name`);
    }
    const value = await (object[method] as AnyFunction)(...args);
    return EncodedValue.packed(encode(value, "result"));
  }
}

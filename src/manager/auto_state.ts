/**
 * An object of a registered class where it lives: made when it is first told how,
 * and its methods called for whoever asks. Callers' side: `registered.ts`.
 *
 * @module
 */
import { encode } from "../codec/codec.ts";
import { ProtocolError, StateError } from "../errors.ts";
import type { AnyFunction, FunctionRef } from "../function/function_ref.ts";
import { EncodedValue } from "../codec/encoded_value.ts";
import type { ObjectState, Operation } from "../remote/operation.ts";
import { cargoOf } from "./dict_state.ts";
import { isClass, publicMethods } from "./registry.ts";

/** What is to be made: a class or function, and the methods that may be called; null: the public ones. */
export interface RegisteredModel {
  readonly target: AnyFunction;
  readonly exposed: readonly string[] | null;
}

interface Made {
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
  #made: Promise<Made> | null = null;

  /** @param model what is to be made: the module of a class may have to be imported first */
  constructor(name: string, model: Promise<RegisteredModel>) {
    this.#name = name;
    this.#model = model;
    model.catch(() => {}); // who uses it is told
  }

  perform(turn: Operation): void {
    if (turn.act === "construct") return this.#construct(turn);
    if (turn.act !== "call") throw new ProtocolError(`Cannot ${turn.act}: a registered object does not know how`);
    if (this.#made === null) throw new StateError(`Cannot call ${this.#name}: it was not made`, "not made");
    this.#call(turn, this.#made).then((value) => turn.settle(value), (error) => turn.fail(error));
  }

  #construct(turn: Operation): void {
    const args = cargoOf(turn).open() as unknown[];
    this.#made = this.#make(args);
    this.#made.then(() => turn.settle(), (error) => turn.fail(error));
  }

  async #make(args: unknown[]): Promise<Made> {
    const { target, exposed } = await this.#model;
    const object: unknown = isClass(target) ? new target(...args) : await target(...args);
    if (typeof object !== "object" || object === null) {
      throw new TypeError(`Cannot make ${this.#name}: what was registered gave no object`);
    }
    return { object: object as Record<string, unknown>, exposed: new Set(exposed ?? publicMethods(object)) };
  }

  async #call(turn: Operation, made: Promise<Made>): Promise<EncodedValue> {
    const [method] = turn.args as [string];
    const args = cargoOf(turn).open() as unknown[];
    const { object, exposed } = await made;
    if (!exposed.has(method) || typeof object[method] !== "function") {
      throw new TypeError(`Cannot call ${this.#name}.${method}: it has no exposed method of that name`);
    }
    const value = await (object[method] as AnyFunction)(...args);
    return EncodedValue.packed(encode(value, "result"));
  }
}

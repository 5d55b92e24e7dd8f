/**
 * What an instance of a `Process` subclass sends to the child: its own public
 * fields. Private members and functions cannot be sent, and are refused by name.
 *
 * @module
 */
import { SerializationError } from "../errors.ts";
import type { FunctionRef } from "../function/function_ref.ts";

/** What the instance is made of in the child. */
export interface SubclassPayload {
  this: Record<string, unknown>;
  /** The target, which only `super.run()` calls. */
  targetRef: FunctionRef | null;
  args: unknown[];
  kwargs?: object;
}

/** What a child gets that runs an instance of a subclass. */
export function subclassPayload(
  fields: Record<string, unknown>,
  targetRef: FunctionRef | null,
  { args = [], kwargs }: { args?: unknown[]; kwargs?: object },
): SubclassPayload {
  return { this: fields, targetRef, args, ...kwargs && { kwargs } };
}

/**
 * The own enumerable fields of `instance`.
 *
 * @param base the class above the subclasses that are checked
 * @throws {SerializationError} a class between the two has `#private` members, or a field holds a function
 */
export function subclassFields(instance: object, base: { prototype: object }): Record<string, unknown> {
  const privateMembers = new Set<string>();
  for (
    let proto = Object.getPrototypeOf(instance);
    proto !== base.prototype && proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    const { constructor } = proto as { constructor: unknown };
    if (typeof constructor === "function") { for (const name of privateNames(constructor)) privateMembers.add(name); }
  }
  if (privateMembers.size > 0) {
    throw refusal([...privateMembers], "private members stay in this process, make them public fields");
  }
  const fields = { ...instance } as Record<string, unknown>;
  const functions = Object.keys(fields).filter((key) => typeof fields[key] === "function");
  if (functions.length > 0) throw refusal(functions, "functions cannot cross, make them methods");
  return fields;
}

function refusal(names: string[], reason: string): SerializationError {
  const list = names.map((name) => `this.${name}`).join(", ");
  return new SerializationError(`Cannot send ${list} to another process: ${reason}`, `this.${names[0]}`);
}

/** Names that start with # in the source of a class, outside of strings and comments. */
function privateNames(constructor: object): string[] {
  const source = Function.prototype.toString.call(constructor);
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g, "");
  return [...code.matchAll(/(?<![\w$)\]])#[A-Za-z_$][\w$]*/g)].map(([name]) => name!);
}

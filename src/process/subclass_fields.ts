/**
 * What of an instance of a `Process` subclass crosses to the child: its own
 * public fields. Private members and functions cannot, and are named.
 *
 * @module
 */
import { SerializationError } from "../errors.ts";

/**
 * The own enumerable fields of `instance`.
 *
 * @param base the class up to which subclasses are looked at
 * @throws {SerializationError} a class between has `#private` members, or a field holds a function
 */
export function subclassFields(instance: object, base: { prototype: object }): Record<string, unknown> {
  const hidden = new Set<string>();
  for (
    let proto = Object.getPrototypeOf(instance);
    proto !== base.prototype && proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    const { constructor } = proto as { constructor: unknown };
    if (typeof constructor === "function") { for (const name of privateNames(constructor)) hidden.add(name); }
  }
  if (hidden.size > 0) throw refusal([...hidden], "private members stay in this process, make them public fields");
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

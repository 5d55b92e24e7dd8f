/**
 * Makes a function from the source text of `inline()`, after checking that it
 * needs nothing but its arguments and the globals of this process. Loaded only
 * where such a function arrives.
 *
 * @module
 */
import { parse } from "acorn";
import { analyze } from "eslint-scope";
import { TargetError } from "../errors.ts";
import type { AnyFunction, FunctionRef } from "./function_ref.ts";

/** @throws {TargetError} the text is no expression, or has free variables, which the error names */
export function compileInline({ name, source }: FunctionRef & { by: "source" }): AnyFunction {
  const text = `(${source}\n)`;
  let free: string[];
  try {
    const tree = parse(text, { ecmaVersion: "latest", ranges: true });
    const scopes = analyze(tree as never, { ecmaVersion: 2024, sourceType: "script" });
    const identifiers = scopes.globalScope!.through.map((reference) => reference.identifier.name as string);
    free = [...new Set(identifiers)].filter((identifier) => !(identifier in globalThis));
  } catch (cause) {
    throw new TargetError(
      `Cannot run ${name} in another process: its source is not that of a function, write it as one`,
      name,
      cause,
    );
  }
  if (free.length > 0) {
    throw new TargetError(
      `Cannot run ${name} in another process: it uses ${free.join(", ")} from around it, pass ${
        free.length > 1 ? "them" : "it"
      } as arguments`,
      name,
    );
  }
  return (0, eval)(`"use strict";${text}`);
}

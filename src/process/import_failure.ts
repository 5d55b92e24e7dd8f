/**
 * The error of a module that could not be imported in a child. Loaded only where
 * there is one.
 *
 * @module
 */
import { thrownByModule } from "../error_stack.ts";
import { BootstrapError, LoadError } from "../errors.ts";
import type { ProcessIdentity } from "../runtime/process_info.ts";
import { shortageRemedy } from "../runtime/shortage.ts";

/** The error with which the import of a module fails: names the module, and has what it threw as its cause. */
export function importFailure(thrown: unknown, url: string, kind: ProcessIdentity["kind"]): unknown {
  const cause = thrownByModule(thrown);
  if (cause instanceof BootstrapError || cause instanceof LoadError) return cause; // says all already
  const where = kind === "worker" || kind === "manager" ? kind : "process";
  const state = textOfThrown(cause).trimEnd().replace(/\.$/, "");
  const remedy = remedyOf(cause) ?? `Its top level runs again in every ${where}: guard it with if (import.meta.main)`;
  return new BootstrapError(`Cannot import ${url} in a ${where}: ${state}. ${remedy}`, { cause });
}

function textOfThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `it threw ${String(thrown)}`;
  } catch {
    return "it threw what cannot be described";
  }
}

/** What to do, unless the module does what only the program should; null then. */
function remedyOf(thrown: unknown): string | null {
  const shortage = shortageRemedy(thrown);
  if (shortage !== null) return shortage[0]!.toUpperCase() + shortage.slice(1);
  const { name, message } = (thrown ?? {}) as { name?: unknown; message?: unknown };
  const said = String(message);
  const permission = name === "NotCapable" || /^(?:Requires|Import) /.test(said)
    ? /--allow-([\w-]+)/.exec(said)?.[1] ?? /^Requires (\w+) access/.exec(said)?.[1]
    : undefined;
  if (permission !== undefined) {
    return `Start the program with --allow-${permission}, pass the option permissions for more, or guard what only the program does with if (import.meta.main)`;
  }
  if (/module not found|cannot find (?:module|package)|could not resolve/i.test(said)) {
    return "What a module imports must be there for children as well";
  }
  if (name === "SyntaxError" || name === "BuildMessage" || /parse error|could not be parsed/i.test(said)) {
    return "Correct the module";
  }
  return null;
}

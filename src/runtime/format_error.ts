/**
 * Errors as text for people. Knows nothing else.
 *
 * @module
 */
import { userStack } from "../error_stack.ts";

/** An error for people: its stack, its causes, and what it carries. */
export function formatError(error: unknown): string {
  try {
    if (!(error instanceof Error)) return `Uncaught ${String(error)}`;
    let text = stackOf(error);
    const seen = new Set<unknown>([error]);
    for (let { cause } = error; cause !== undefined && !seen.has(cause); cause = (cause as Error | null)?.cause) {
      seen.add(cause);
      text += `\nCaused by: ${cause instanceof Error ? stackOf(cause) : String(cause)}`;
    }
    return text;
  } catch {
    return "Uncaught error that cannot be described";
  }
}

/** Its stack, which has its name and its message. */
function stackOf({ name, message, stack = "" }: Error): string {
  const frames = userStack(stack, message);
  return frames.includes(message) ? frames : `${name}: ${message}\n${frames}`;
}

/** The same error; one of a refused permission says how a child gets it. */
export function withHint(error: unknown): unknown {
  try {
    if (!(error instanceof Error) || error.message.includes(HINT)) return error;
    if (error.name !== "NotCapable" && (error.cause as Error | undefined)?.name !== "NotCapable") return error;
    const { message, stack } = error;
    error.message = `${message}, ${HINT}`;
    if (stack !== undefined) error.stack = stack.replace(message, error.message);
  } catch {
    // what was thrown cannot be read, or cannot be changed
  }
  return error;
}

const HINT = "a child has only what its parent was granted whole: pass the option permissions for more";

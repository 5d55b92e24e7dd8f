/**
 * `test(sentence, fn)`: one case of the spec, under either test runner. Every case
 * has a deadline; an uncaught error in a callback fails the case; what a file's
 * cases leave behind fails the file's last case.
 *
 * @module
 */
import process from "node:process";
import { test as nodeTest } from "node:test";
import { after } from "node:test";
import { deadline, until } from "./async.ts";
import { removeScratches } from "./folder.ts";
import { children, leftovers } from "./system.ts";

/** Milliseconds that a case may take. */
const LIMIT = 30_000;

/** Part of the sentences that are asked for; all of them unless given. */
const ONLY = process.env.SPEC_ONLY ?? "";

const uncaught: unknown[] = [];
// deno test swallows what is thrown in a timer's callback during a node:test case.
globalThis.addEventListener?.("error", (event) => uncaught.push((event as ErrorEvent).error));

/** Declares a case: `sentence` stands as a bullet in the page of the same name. */
export function test(sentence: string, fn: () => unknown, options: { limit?: number } = {}): void {
  if (!sentence.includes(ONLY)) return;
  const limit = options.limit ?? LIMIT;
  nodeTest(sentence, { timeout: limit + 10_000 }, async () => {
    uncaught.length = 0;
    await deadline(Promise.resolve(fn()), limit, "the end of the case");
    if (uncaught.length > 0) throw uncaught[0];
  });
}

/** Ends a file: after `end`, no child process, socket folder or listener may be left. */
export function noLeaks(end: () => unknown = () => {}): void {
  nodeTest(`nothing is left behind`, { timeout: 30_000 }, async () => {
    await end();
    await until(() => children().length === 0, `no child process is left: ${JSON.stringify(children())}`, 8_000);
  });
  after(() => {
    removeScratches();
    const left = leftovers();
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  });
}

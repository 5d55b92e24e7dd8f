/**
 * The names and signatures of @std/assert that the spec uses, over node:assert.
 *
 * @module
 */
import strict from "node:assert/strict";

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

export function assert(expr: unknown, msg?: string): asserts expr {
  strict.ok(expr, msg!);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.deepStrictEqual(actual, expected, msg!);
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  strict.notDeepStrictEqual(actual, expected, msg!);
}

export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T {
  strict.strictEqual(actual, expected, msg!);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  strict.match(actual, expected, msg!);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  strict.ok(actual.includes(expected), msg ?? `${JSON.stringify(actual)} does not include ${JSON.stringify(expected)}`);
}

export function assertInstanceOf<E>(
  actual: unknown,
  // deno-lint-ignore no-explicit-any
  expected: abstract new (...args: any[]) => E,
  msg?: string,
): asserts actual is E {
  strict.ok(actual instanceof expected, msg ?? `${String(actual)} is no ${expected.name}`);
}

function check<E extends Error>(error: unknown, errorClass?: ErrorClass<E>, includes?: string): E {
  if (errorClass !== undefined) {
    strict.ok(error instanceof errorClass, `expected ${errorClass.name}, got ${describe(error)}`);
  }
  if (includes !== undefined) assertStringIncludes((error as Error).message, includes);
  return error as E;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass?: ErrorClass<E>,
  msgIncludes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return check(error, errorClass, msgIncludes);
  }
  strict.fail("expected it to throw");
}

export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass?: ErrorClass<E>,
  msgIncludes?: string,
): Promise<E> {
  const promise = fn();
  try {
    await promise;
  } catch (error) {
    return check(error, errorClass, msgIncludes);
  }
  strict.fail("expected it to reject");
}

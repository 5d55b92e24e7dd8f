/** Targets that check what arrived and say so with their exit code. */
import { strict as assert } from "node:assert";

export function isCycle(value: { self: unknown; twice: unknown[] }): void {
  assert.equal(value.self, value);
  assert.equal(value.twice[0], value.twice[1]);
}

export function isMapInSet(value: Set<Map<string, unknown>>): void {
  const [map] = value;
  assert.deepEqual(map, new Map<string, unknown>([["a", [1, undefined]]]));
}

export function isErrorCycle(error: RangeError): void {
  assert.ok(error instanceof RangeError);
  assert.equal(error.message, "outer");
  assert.equal((error.cause as Error).message, "inner");
  assert.equal((error.cause as Error).cause, error);
}

export function hasLength(length: number, value: string | Uint8Array): void {
  assert.equal(value.length, length);
  assert.equal(typeof value === "string" ? value.at(-1) : value.at(-1), typeof value === "string" ? "z" : 7);
}

/**
 * What this process may do, as its runtime says; everything where it knows no permissions.
 *
 * @module
 */

/** A permission, or one of its scopes, as the runtime is asked for it. */
export const QUERIES = [
  { name: "read" },
  { name: "read", path: "/etc" },
  { name: "write" },
  { name: "write", path: "/tmp" },
  { name: "net" },
  { name: "net", host: "127.0.0.1" },
  { name: "net", host: "127.0.0.1:9" },
  { name: "net", host: "example.com" },
  { name: "env" },
  { name: "env", variable: "HOME" },
  { name: "env", variable: "PATH" },
  { name: "sys" },
  { name: "sys", kind: "hostname" },
  { name: "run" },
  { name: "run", command: "true" },
  { name: "ffi" },
  { name: "import" },
] as const;

interface Status {
  state: string;
  partial: boolean;
}

/** For each of the queries 2 when it may, 1 when it may in part, 0 when it may not. */
export function held(): number[] {
  // deno-lint-ignore no-explicit-any
  const permissions = (globalThis as any).Deno?.permissions;
  return QUERIES.map((query) => {
    const { state, partial }: Status = permissions?.querySync(query) ?? { state: "granted", partial: false };
    return state !== "granted" ? 0 : partial ? 1 : 2;
  });
}

/** The queries for which one process may more than the other. */
export function beyond(one: readonly number[], other: readonly number[]): unknown[] {
  return QUERIES.filter((_, at) => one[at]! > other[at]!);
}

/** What the measured workers run. */

export function tiny(n: number): number {
  return n;
}

export function nothing(): void {}

export function pid(): number {
  const { Deno, process } = globalThis as unknown as { Deno?: { pid: number }; process: { pid: number } };
  return Deno?.pid ?? process.pid;
}

/** What the measured workers run. */

export function tiny(n: number): number {
  return n;
}

export function nothing(): void {}

export function pid(): number {
  const { Deno, process } = globalThis as unknown as { Deno?: { pid: number }; process: { pid: number } };
  return Deno?.pid ?? process.pid;
}

/** Bytes outside of the engine's heap. */
export function external(): number {
  const { process } = globalThis as unknown as { process: { memoryUsage(): { external: number } } };
  return process.memoryUsage().external;
}

export function echo<T>(value: T): T {
  return value;
}

/** So many steps of arithmetic. */
export function work(steps: number): number {
  let state = 1;
  for (let step = 0; step < steps; step++) state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return state;
}

/** Registers what it exports, and is imported for that alone. */
export function effect(n: number): string {
  return `effect ${n}`;
}

Object.assign(globalThis, { registry: { effect } });

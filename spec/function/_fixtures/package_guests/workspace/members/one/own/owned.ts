export function owned(n: number): string {
  return `owned ${n}`;
}

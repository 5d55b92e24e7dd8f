export function typed(n: number): string {
  return `typed ${n}`;
}

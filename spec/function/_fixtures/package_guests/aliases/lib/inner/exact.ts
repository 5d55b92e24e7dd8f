export function exact(n: number): string {
  return `inner exact ${n}`;
}

export function two(n: number): string {
  return `two ${n}`;
}

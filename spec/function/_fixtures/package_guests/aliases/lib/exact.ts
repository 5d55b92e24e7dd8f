export function exact(n: number): string {
  return `exact ${n}`;
}

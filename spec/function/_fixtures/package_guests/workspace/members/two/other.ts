export function other(n: number): string {
  return `other ${n}`;
}

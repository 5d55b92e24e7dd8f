export function twice(n: number): string {
  return `twice ${n}`;
}

export function near(n: number): string {
  return `near ${n}`;
}

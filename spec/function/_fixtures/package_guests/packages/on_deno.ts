export function conditional(n: number): string {
  return `conditional ${n}`;
}

export function held(n: number): string {
  return `held ${n}`;
}

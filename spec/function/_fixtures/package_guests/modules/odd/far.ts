export function far(n: number): string {
  return `far ${n}`;
}

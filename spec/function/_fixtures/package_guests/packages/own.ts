export function own(n: number): string {
  return `own ${n}`;
}
export function loose(n: number): string {
  return `loose ${n}`;
}

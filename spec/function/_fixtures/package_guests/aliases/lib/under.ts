export function under(n: number): string {
  return `under ${n}`;
}

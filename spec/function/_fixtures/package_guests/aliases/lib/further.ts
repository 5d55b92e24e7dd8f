export function further(n: number): string {
  return `further ${n}`;
}

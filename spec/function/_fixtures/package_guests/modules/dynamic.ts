export function dynamic(n: number): string {
  return `dynamic ${n}`;
}

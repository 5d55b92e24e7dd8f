export function one(n: number): string {
  return `one ${n}`;
}

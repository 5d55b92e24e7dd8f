export function computed(n: number): string {
  return `computed ${n}`;
}

export function word(n: number): string {
  return `word ${n}`;
}

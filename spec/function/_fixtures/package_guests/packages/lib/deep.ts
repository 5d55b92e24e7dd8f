export function deep(n: number): string {
  return `deep ${n}`;
}

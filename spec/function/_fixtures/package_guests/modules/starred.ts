export function starred(n: number): string {
  return `starred ${n}`;
}

export function inner(n: number): string {
  return `inner ${n}`;
}

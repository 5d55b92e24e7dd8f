await new Promise((resolve) => setTimeout(resolve, 1));

export function late(n: number): string {
  return `late ${n}`;
}

export function tool(n: number): string {
  return `tool ${n}`;
}

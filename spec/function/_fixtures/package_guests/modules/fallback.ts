export default function (n: number): string {
  return `fallback ${n}`;
}

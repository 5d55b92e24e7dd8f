export default function far(n: number): string {
  return `far ${n}`;
}
export { far };

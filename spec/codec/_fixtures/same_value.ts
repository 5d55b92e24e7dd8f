/** Where two values differ: in kind, keys and their order, holes, or which parts stand twice; null when nowhere. */
export function differenceOf(one: unknown, other: unknown): string | null {
  const partners = new Map<unknown, unknown>();
  const backwards = new Map<unknown, unknown>();
  const open: [one: unknown, other: unknown, path: string][] = [[one, other, ""]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right, path] = next;
    if (typeof left !== "object" || left === null || typeof right !== "object" || right === null) {
      if (Object.is(left, right)) continue;
      return path;
    }
    if (partners.has(left) || backwards.has(right)) {
      if (partners.get(left) === right && backwards.get(right) === left) continue;
      return `${path}: another identity`;
    }
    partners.set(left, right);
    backwards.set(right, left);
    if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return `${path}: another kind`;
    const [parts, others] = [partsOf(left), partsOf(right)];
    if (parts.length !== others.length) return `${path}: another size`;
    parts.forEach((part, at) => open.push([part, others[at], `${path}/${at}`]));
  }
  return null;
}

/** All that an object holds, its keys included. */
function partsOf(value: object): unknown[] {
  if (value instanceof Date) return [value.getTime()];
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  const size = Array.isArray(value) ? [value.length] : [];
  return [...size, ...Object.entries(value).flat()];
}

export function linked(n) {
  return `linked ${n}`;
}

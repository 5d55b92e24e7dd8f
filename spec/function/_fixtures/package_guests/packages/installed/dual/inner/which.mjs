export function which(n) {
  return `module ${n}`;
}

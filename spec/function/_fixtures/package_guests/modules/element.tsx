export const element = (n: number): string => `element ${n}`;

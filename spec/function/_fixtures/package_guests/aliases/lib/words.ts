export const versioned = (n: number): string => `versioned ${n}`;

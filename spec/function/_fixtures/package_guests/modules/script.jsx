export const script = (n) => `script ${n}`;

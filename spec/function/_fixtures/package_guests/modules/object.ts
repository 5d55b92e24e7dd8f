export default { inside: (n: number): string => `inside ${n}` };

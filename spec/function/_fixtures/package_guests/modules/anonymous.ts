export default (n: number): string => `anonymous ${n}`;

import { far } from "./odd/far.ts";
import "./registry.ts";

export function given(): Record<string, (n: number) => string> {
  return { far, ...(globalThis as unknown as { registry: Record<string, (n: number) => string> }).registry };
}

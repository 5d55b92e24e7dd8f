import { held } from "./held.ts";

await new Promise((resolve) => setTimeout(resolve, 1));

export async function late(n: number): Promise<string> {
  return await Promise.resolve(`late ${n}`);
}

export function given() {
  return { held };
}

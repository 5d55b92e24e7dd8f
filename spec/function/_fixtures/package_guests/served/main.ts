import { show } from "./show.ts";
import { near } from "./lib/near.ts";
import { given } from "./lib/through.ts";

export const kept = (n: number): string => `kept ${n}`;

if (import.meta.main) await show({ near, kept, ...given() });

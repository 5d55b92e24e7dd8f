/** Waits for a promise that keeps nothing alive itself. */
import { connectionWait } from "../../../mod.ts";

const timer = setTimeout(() => settle(), 200);
(timer as { unref?: () => void }).unref?.();
(globalThis as { Deno?: { unrefTimer(id: unknown): void } }).Deno?.unrefTimer(timer);
let settle = () => {};
const promise = new Promise<void>((resolve) => settle = resolve);
const none = await connectionWait([promise], { timeout: 20 });
console.log(none.length, (await connectionWait([promise])).length);

/**
 * When an uncaught error ends it, and then only, Deno kills the children that it
 * has started.
 * Those that shall outlive this process do so here by an exit that comes first.
 *
 * @module
 */

let outliving = 0;

/** From now on, until it has ended, the child goes on when an uncaught error ends this process. */
export function outlive(ended: Promise<unknown>): void {
  outliving++;
  ended.then(() => outliving--);
  for (const type of ["error", "unhandledrejection"] as const) addEventListener(type, exitFirst); // once, however often
}

function exitFirst(event: Event): void {
  if (event.defaultPrevented || outliving === 0) return;
  const isError = event instanceof ErrorEvent;
  // deno-lint-ignore no-explicit-any
  const { process } = globalThis as any;
  if (process.listenerCount(isError ? "uncaughtException" : "unhandledRejection") > 0) return; // asked after this event
  // A listener of the program's may come after this one: whether it prevents the default is known when all were called.
  let isHandled = false;
  event.preventDefault();
  Object.defineProperty(event, "preventDefault", { value: () => void (isHandled = true) });
  queueMicrotask(() => {
    if (isHandled) return;
    const [where, error] = isError ? ["", event.error] : ["(in promise) ", (event as PromiseRejectionEvent).reason];
    const bytes = new TextEncoder().encode(`error: Uncaught ${where}${Deno.inspect(error)}\n`);
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
    Deno.exit(1);
  });
}

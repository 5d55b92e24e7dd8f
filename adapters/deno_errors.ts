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
  // Last again: a listener of the program's that prevents the default comes before it.
  for (const type of ["error", "unhandledrejection"] as const) {
    removeEventListener(type, exitFirst);
    addEventListener(type, exitFirst);
  }
}

function exitFirst(event: Event): void {
  if (event.defaultPrevented || outliving === 0) return;
  const [where, error] = event instanceof ErrorEvent
    ? ["", event.error]
    : ["(in promise) ", (event as PromiseRejectionEvent).reason];
  const bytes = new TextEncoder().encode(`error: Uncaught ${where}${Deno.inspect(error)}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  Deno.exit(1);
}

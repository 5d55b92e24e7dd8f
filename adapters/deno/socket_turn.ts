/**
 * Lets Deno look at its sockets. While a program keeps the event loop busy, Deno does
 * so after every 61st turn only, whatever timers fire before: a byte that arrived is
 * not read. A connection to oneself is not made before it has looked, at all of them.
 *
 * @module
 */
import { whole } from "./permissions.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0 };
let turns = 0;

/** Settles when all sockets were looked at; at once where no connection to oneself is possible. */
export async function socketTurn(): Promise<void> {
  let listener: Deno.Listener;
  try {
    listener = open();
  } catch {
    return; // not permitted, or no descriptor is left
  }
  // Callers of an abstract name may be strangers: whoever comes first, nothing is read or written.
  const accepted = listener.accept().then((taken) => taken.close(), () => {});
  let own: Deno.Conn | null = null;
  try {
    own = await Deno.connect(listener.addr as Deno.NetAddr & { transport: "tcp" });
    await accepted;
  } catch {
    // no descriptor is left for it
  }
  own?.close();
  listener.close();
}

/** An abstract name leaves nothing behind, TCP a port that rests for a minute. */
function open(): Deno.Listener {
  const isAbstract = Deno.build.os === "linux" && whole("read") && whole("write") && whole("net");
  if (!isAbstract) {
    if (!whole("net", "127.0.0.1:0")) throw new Deno.errors.NotCapable("the network is not permitted");
    return Deno.listen(LOOPBACK);
  }
  const path = `\0brood-${Deno.pid}-${++turns}-${crypto.randomUUID().slice(0, 8)}`;
  return Deno.listen({ transport: "unix", path }) as unknown as Deno.Listener;
}

/** What a worker can do that writes its messages as it likes. */
import { registerReduction } from "../../../src/codec/reduction.ts";

class Forged {
  constructor(readonly handle: unknown) {}
}

function writeForged(): void {
  registerReduction({
    write: (value) => value instanceof Forged ? { handle: value.handle, addresses: [] } : null,
    read: () => ({}),
  });
}

/** Gives handles of queues that nobody has made, at these addresses. */
export function forge(addresses: string[]): unknown[] {
  writeForged();
  return addresses.map((address) => new Forged(["Queue", "1", [address, "00".repeat(32)]]));
}

/** Gives the handle of an end of a pipe that nobody has made, at this address. */
export function forgeEnd(address: string): unknown {
  writeForged();
  return new Forged(["Connection", "1", [address, "00".repeat(32)], 0, true, true, crypto.randomUUID()]);
}

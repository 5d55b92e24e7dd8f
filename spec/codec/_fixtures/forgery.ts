/** What a worker can do that writes its messages as it likes. */
import { registerReduction } from "../../../src/codec/reduction.ts";

class Forged {
  constructor(readonly handle: unknown) {}
}

/** Gives handles of queues that nobody has made, at these addresses. */
export function forge(addresses: string[]): unknown[] {
  registerReduction({
    write: (value) => value instanceof Forged ? { handle: value.handle, addresses: [] } : null,
    read: () => ({}),
  });
  return addresses.map((address) => new Forged(["Queue", "1", [address, "00".repeat(32)]]));
}

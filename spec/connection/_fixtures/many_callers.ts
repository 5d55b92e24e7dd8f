/** A process that calls a listener often at once. */
import { type Address, Client, type Event, getpid } from "../../../mod.ts";

/** Makes so many connections when the gate opens, each of which sends a name of its own and waits for an answer. */
export async function callListener(address: Address, authkey: Uint8Array, count: number, gate: Event): Promise<void> {
  await gate.wait();
  await Promise.all(Array.from({ length: count }, async (_, number) => {
    using connection = await Client(address, { authkey });
    await connection.send(`${getpid()}.${number}`);
    if (await connection.recv() !== "welcome") throw new Error("the answer is another");
  }));
}

/** A process that calls often at once, each time by a connection of its own. */
import type { Event } from "../../../mod.ts";
import { connectTo } from "../../../src/transport/client.ts";
import type { ServiceAddress } from "../../../src/transport/server.ts";
import { say } from "../../_support/say.ts";

/** Makes so many connections when the gate opens, and says when both sides of all have proved themselves. */
export async function callTogether(service: ServiceAddress, count: number, gate: Event): Promise<void> {
  await gate.wait();
  const receiver = { message() {}, closed() {} };
  const channels = await Promise.all(Array.from({ length: count }, () => connectTo(service, () => receiver)));
  say(channels.length);
  for (const channel of channels) {
    await channel.drained();
    channel.close();
  }
}

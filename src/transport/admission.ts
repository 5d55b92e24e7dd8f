/**
 * What becomes of a connection that somebody makes to this process: the caller
 * proves that it knows the key, names a token, and gets the service behind it.
 * The other side: `client.ts`.
 *
 * @module
 */
import type { Block } from "../codec/graph.ts";
import { ProtocolError } from "../errors.ts";
import type { ByteStream } from "../runtime/network.ts";
import { Channel, type Receiver } from "./channel.ts";
import { checkHello } from "./check_message.ts";
import { challenge, HandshakeBuffer } from "./handshake.ts";
import { takeService } from "./services.ts";

/**
 * Admits a caller that proves that it knows the key, and drops any other. Settles when that is known.
 *
 * @param answered called when it has answered; false when it has been dropped before
 */
export async function authenticateClient(stream: ByteStream, key: Block, answered: () => boolean): Promise<void> {
  const buffer = new HandshakeBuffer();
  stream.receive(buffer);
  try {
    await challenge(stream, buffer, key, answered);
  } catch {
    return stream.close(); // a stranger, or a silent peer: nobody to tell
  }
  let receiver: Receiver | null = null;
  const channel: Channel = new Channel(stream, {
    message(message, blocks) {
      if (receiver !== null) return receiver.message(message, blocks);
      const [, token] = checkHello(message);
      const welcome = takeService(token);
      if (welcome === undefined) throw new ProtocolError("Cannot serve connection: it asks for nothing that is here");
      receiver = welcome(channel);
    },
    closed: (fault) => receiver?.closed(fault),
  });
  buffer.handOver(channel);
}

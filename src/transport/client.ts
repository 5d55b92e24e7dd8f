/**
 * Calls a service of another process. Both sides prove that they know the key
 * before anything else is sent. The other side: `server.ts` and `admission.ts`.
 *
 * @module
 */
import type { ByteStream } from "../runtime/network.ts";
import { thisProcess } from "../runtime/installed.ts";
import { HandshakeBuffer, respond } from "./handshake.ts";
import { Channel, type Receiver } from "./channel.ts";
import { helloMessage } from "./messages.ts";
import { type ServiceAddress, trustAddress } from "./server.ts";
import type { Welcome } from "./services.ts";

/** How long a caller tries again that was dropped, as an owner drops one of too many who have not proved anything yet. */
const RETRY_MS = { near: 10_000, far: 1_000 };
/** The first pause before another try, and the longest. */
const PAUSE_MS = { first: 10, longest: 400 };
/** Addresses at which only processes of this machine listen. */
const NEAR = /^unix:|^tcp:127\./;

/**
 * Calls a service.
 *
 * @param met gets the connection before anybody has proved anything: it holds the program, as long as the other is busy
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} whoever is there does not know the key
 */
export async function connectTo(
  service: ServiceAddress,
  welcome: Welcome,
  met?: (duplex: ByteStream) => void,
): Promise<Channel> {
  const { duplex, intake } = await authenticate(service, met);
  const channel: Channel = new Channel(duplex, {
    message: (message, blocks) => receiver.message(message, blocks),
    closed: (fault) => receiver.closed(fault),
  });
  const receiver: Receiver = welcome(channel);
  channel.post(helloMessage(service.token));
  channel.flush();
  intake.handOver(channel);
  return channel;
}

/** A connection on which both sides have proved that they know the key. */
async function authenticate(
  service: ServiceAddress,
  met?: (duplex: ByteStream) => void,
): Promise<{ duplex: ByteStream; intake: HandshakeBuffer }> {
  const { connect } = await thisProcess().network();
  const isNear = NEAR.test(service.address);
  const begin = performance.now();
  for (let pause = PAUSE_MS.first;; pause = Math.min(2 * pause, PAUSE_MS.longest)) {
    const duplex = await connect(service.address);
    met?.(duplex);
    const intake = new HandshakeBuffer();
    duplex.receive(intake);
    try {
      await respond(duplex, intake, Uint8Array.fromHex(service.key), isNear);
      trustAddress(service.address);
      return { duplex, intake };
    } catch (error) {
      const wasDropped = intake.over;
      duplex.close();
      if (!wasDropped || performance.now() - begin > (isNear ? RETRY_MS.near : RETRY_MS.far)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}

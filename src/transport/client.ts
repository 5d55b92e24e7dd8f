/**
 * Calls a service of another process. Both sides prove that they know the key
 * before anything else is sent. The other side: `server.ts` and `admission.ts`.
 *
 * @module
 */
import type { ByteStream } from "../runtime/network.ts";
import { thisProcess } from "../runtime/installed.ts";
import { HandshakeBuffer, rejected, respond } from "./handshake.ts";
import type { Block } from "../codec/graph.ts";
import { Channel, type Receiver } from "./channel.ts";
import { helloMessage } from "./messages.ts";
import { type ServiceAddress, trustAddress } from "./server.ts";
import type { Welcome } from "./services.ts";

/** A caller that was dropped unheard tries again until its pauses were this long together. */
const RETRY_MS = { near: 10_000, far: 1_000 };
/** The first pause, and the longest. */
const PAUSE_MS = { first: 10, longest: 400 };
/** Addresses at which only processes of this machine listen. */
const NEAR = /^unix:|^tcp:127\./;

/** Whether only a process of this machine can listen at an address. */
export function isNear(address: string): boolean {
  return NEAR.test(address);
}

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
  // A process of this machine may be busy for as long as it lives.
  const { duplex, intake } = await authenticate(service.address, Uint8Array.fromHex(service.key), Infinity, met);
  trustAddress(service.address);
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

/**
 * A connection on which both sides have proved that they know the key.
 *
 * @param nearSteps of the event loop's time that a process of this machine has for each of its answers
 * @param met gets each connection that is tried before anything is said; false gives up
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} whoever is there does not know the key
 */
export async function authenticate(
  address: string,
  key: Block,
  nearSteps: number,
  met?: (duplex: ByteStream) => unknown,
): Promise<{ duplex: ByteStream; intake: HandshakeBuffer }> {
  const { connect } = await thisProcess().network();
  const isLocal = isNear(address);
  let leftMs = isLocal ? RETRY_MS.near : RETRY_MS.far;
  for (let pauseMs = PAUSE_MS.first;; pauseMs = Math.min(2 * pauseMs, PAUSE_MS.longest)) {
    const duplex = await connect(address);
    const isWanted = met?.(duplex) !== false;
    const intake = new HandshakeBuffer();
    duplex.receive(intake);
    try {
      if (isWanted && await respond(duplex, intake, key, isLocal ? nearSteps : undefined)) return { duplex, intake };
    } catch (error) {
      duplex.close();
      throw error;
    }
    duplex.close();
    if (!isWanted || leftMs <= 0) throw rejected("owner");
    const restMs = pauseMs * (0.5 + Math.random());
    leftMs -= restMs;
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}

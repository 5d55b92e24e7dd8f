/**
 * How processes of one family meet: a process that others must reach opens one
 * listener, the first time it is needed; whoever proves that it knows the key
 * and names a token gets the service behind it. Knows no service.
 *
 * @module
 */
import type { ByteStream } from "../runtime/network.ts";
import { thisProcess } from "../runtime/installed.ts";
import { challenge, HandshakeBuffer, newKey, respond } from "./handshake.ts";
import { Channel, type Receiver } from "./channel.ts";
import { checkHello } from "./check_message.ts";
import { helloMessage } from "./messages.ts";
import { server, type ServerAddress, trustAddress } from "./server.ts";
import { ProtocolError } from "../errors.ts";
import type { Block } from "../codec/graph.ts";

/** An owner in a crowd of strangers may drop who is none: a caller tries again, for so many milliseconds, … */
const PATIENCE = { near: 10_000, far: 1_000 };
/** … after so many at first, and after so many at most. */
const PAUSE = { first: 10, longest: 400 };
/** Addresses at which only processes of this machine listen. */
const NEAR = /^unix:|^tcp:127\./;

/** What a child needs to reach a service of its parent's. */
export interface ServiceAddress extends ServerAddress {
  readonly token: string;
}

/** Gets the channel of a caller, and gives who receives its messages. */
type Welcome = (channel: Channel) => Receiver;

const services = new Map<string, { welcome: Welcome; once: boolean }>();

/**
 * Opens a service for one caller. The first one that names its token gets it.
 *
 * @throws {ConnectError} no transport is permitted
 */
export function openService(welcome: Welcome, token: string = newKey().toHex()): ServiceAddress {
  services.set(token, { welcome, once: true });
  return { ...server(), token };
}

/** Opens a service for whoever knows its name, and the key. */
export function nameService(name: string, welcome: Welcome): void {
  services.set(name, { welcome, once: false });
}

/** Takes a service back that nobody called. */
export function closeService(link: ServiceAddress): void {
  services.delete(link.token);
}

/** Lets a caller in who proves that it knows the key, and drops any other. */
export async function authenticateClient(duplex: ByteStream, key: Block): Promise<void> {
  const intake = new HandshakeBuffer();
  duplex.receive(intake);
  try {
    await challenge(duplex, intake, key);
  } catch {
    return duplex.close(); // a stranger, or a silent peer: nobody to tell
  }
  let receiver: Receiver | null = null;
  const channel: Channel = new Channel(duplex, {
    message(message, blocks) {
      if (receiver !== null) return receiver.message(message, blocks);
      const [, token] = checkHello(message);
      const service = services.get(token);
      if (service === undefined) throw new ProtocolError("Cannot serve connection: it asks for nothing that is here");
      if (service.once) services.delete(token);
      receiver = service.welcome(channel);
    },
    closed: (fault) => receiver?.closed(fault),
  });
  intake.handOver(channel);
}

/**
 * Calls the service behind `link`.
 *
 * @param met gets the connection before anybody has proved anything: it holds the program, as long as the other is busy
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} whoever is there does not know the key
 */
export async function connectTo(
  link: ServiceAddress,
  welcome: Welcome,
  met?: (duplex: ByteStream) => void,
): Promise<Channel> {
  const { duplex, intake } = await enter(link, met);
  const channel: Channel = new Channel(duplex, {
    message: (message, blocks) => receiver.message(message, blocks),
    closed: (fault) => receiver.closed(fault),
  });
  const receiver: Receiver = welcome(channel);
  channel.post(helloMessage(link.token));
  channel.flush();
  intake.handOver(channel);
  return channel;
}

/** A connection on which both sides have proved that they know the key. */
async function enter(
  link: ServiceAddress,
  met?: (duplex: ByteStream) => void,
): Promise<{ duplex: ByteStream; intake: HandshakeBuffer }> {
  const { connect } = await thisProcess().network();
  const isNear = NEAR.test(link.address);
  const begin = performance.now();
  for (let pause = PAUSE.first;; pause = Math.min(2 * pause, PAUSE.longest)) {
    const duplex = await connect(link.address);
    met?.(duplex);
    const intake = new HandshakeBuffer();
    duplex.receive(intake);
    try {
      await respond(duplex, intake, Uint8Array.fromHex(link.key), isNear);
      trustAddress(link.address);
      return { duplex, intake };
    } catch (error) {
      const wasDropped = intake.over;
      duplex.close();
      if (!wasDropped || performance.now() - begin > (isNear ? PATIENCE.near : PATIENCE.far)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}

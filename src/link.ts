/**
 * How processes of one family meet: a process that others must reach opens one
 * listener, the first time it is needed; whoever proves that it knows the key
 * and names a token gets the service behind it. Knows no service.
 *
 * @module
 */
import { type Duplex, here, type Listener } from "./adapter.ts";
import { challenge, Intake, newKey, respond } from "./auth.ts";
import { Channel, type Receiver } from "./channel.ts";
import { ProtocolError } from "./errors.ts";
import type { Block } from "./graph.ts";

/** What a child needs to reach a service of its parent's. */
export interface Link {
  address: string;
  key: string;
  token: string;
}

type Welcome = (channel: Channel) => Receiver;

let opening: Promise<Listener> | null = null;
let key: Block | null = null;
const services = new Map<string, Welcome>();

/**
 * Opens a service for one caller. The first one that names its token gets it.
 *
 * @param welcome gets the channel and gives who receives its messages
 * @throws {ConnectError} no transport is permitted
 */
export async function expect(welcome: Welcome): Promise<Link> {
  const { address } = await (opening ??= open());
  const token = newKey().toHex();
  services.set(token, welcome);
  return { address, key: key!.toHex(), token };
}

async function open(): Promise<Listener> {
  key ??= newKey();
  try {
    const { listen } = await here().meet();
    const listener = listen();
    listener.accept((duplex) => void admit(duplex));
    here().atExit(() => {
      opening = null; // should this process live on after all, the next child finds a new listener
      listener.close();
    });
    return listener;
  } catch (error) {
    opening = null;
    throw error;
  }
}

/** Takes a service back that nobody called. */
export function forget(link: Link): void {
  services.delete(link.token);
}

async function admit(duplex: Duplex): Promise<void> {
  const intake = new Intake();
  duplex.receive(intake);
  duplex.unref();
  try {
    await challenge(duplex, intake, key!);
  } catch {
    return duplex.close(); // a stranger, or a silent peer: nobody to tell
  }
  let receiver: Receiver | null = null;
  const channel: Channel = new Channel(duplex, {
    message(message, blocks) {
      if (receiver !== null) return receiver.message(message, blocks);
      const welcome = message[0] === "hello" ? services.get(message[1]) : undefined;
      if (welcome === undefined) throw new ProtocolError("Cannot serve connection: it asks for nothing that is here");
      services.delete(message[1] as string);
      receiver = welcome(channel);
    },
    closed: (fault) => receiver?.closed(fault),
  });
  intake.handOver(channel);
}

/**
 * Calls the service behind `link`.
 *
 * @throws {ConnectError} nobody is there
 * @throws {AuthenticationError} whoever is there does not know the key
 */
export async function call(link: Link, welcome: Welcome): Promise<Channel> {
  const { connect } = await here().meet();
  const duplex = await connect(link.address);
  const intake = new Intake();
  duplex.receive(intake);
  try {
    await respond(duplex, intake, Uint8Array.fromHex(link.key));
  } catch (error) {
    duplex.close();
    throw error;
  }
  const channel: Channel = new Channel(duplex, {
    message: (message, blocks) => receiver.message(message, blocks),
    closed: (fault) => receiver.closed(fault),
  });
  const receiver: Receiver = welcome(channel);
  channel.post(JSON.stringify(["hello", link.token]));
  channel.flush();
  intake.handOver(channel);
  return channel;
}

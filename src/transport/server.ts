/**
 * Where this process can be reached: one listener, opened when something is first
 * shared, and the key that callers must know. What admits callers is loaded when
 * the first one comes. The other side: `client.ts`.
 *
 * @module
 */
import type { ByteStream, SocketListener } from "../runtime/network.ts";
import { LoadError } from "../errors.ts";
import { runtime, thisProcess } from "../runtime/installed.ts";
import { lazyPart } from "../runtime/load_part.ts";
import { isShortage } from "../runtime/shortage.ts";
import { addService, removeService, type Welcome } from "./services.ts";

/** An address, and the key (hex) with which its owner is called. */
export interface ServerAddress {
  readonly address: string;
  readonly key: string;
}

/** What another process needs to reach a service of this one. */
export interface ServiceAddress extends ServerAddress {
  readonly token: string;
}

const loadAdmission = lazyPart(import.meta.url, () => import("./admission.ts"));

/**
 * The most callers that have not answered their challenge: one more, and the oldest is dropped. Each has a descriptor
 * and a few KiB of memory.
 */
const MAX_SILENT_CALLERS = 2_048;

/** How often, and after which time, it is tried again to load what admits callers while descriptors are short. */
const MAX_ADMISSION_RETRIES = 50;
const ADMISSION_RETRY_MS = 100;

/** The oldest first. */
const silentCallers = new Set<ByteStream>();
const preparations = new Set<() => Promise<unknown>>();
let listener: SocketListener | null = null;
let key: string | null = null;

/**
 * The place of this process, open on return.
 *
 * @param beside address of a parent in whose folder it may be, should it not be open yet
 * @throws {ConnectError} no transport is permitted
 */
export function server(beside?: string): ServerAddress {
  key ??= randomHex();
  if (listener === null) {
    const opened = listener = runtime().network().listen({ beside });
    opened.accept((duplex) => {
      duplex.unref();
      void admitConnection(duplex, key!);
    });
    thisProcess().atExit(() => {
      listener = null; // should this process live on after all, what is shared next finds a new one
      opened.close();
    });
  }
  listener.restore();
  return { address: listener.address, key };
}

/**
 * Opens a service for one caller, the first that names its token.
 *
 * @throws {ConnectError} no transport is permitted
 */
export function openService(welcome: Welcome, token: string = randomHex()): ServiceAddress {
  addService(token, welcome, "one");
  return { ...server(), token };
}

/** Opens a service for whoever knows its name, and the key. */
export function nameService(name: string, welcome: Welcome): void {
  addService(name, welcome, "many");
}

/** Takes a service back that nobody called. */
export function closeService(service: ServiceAddress): void {
  removeService(service.token);
}

/** Lets a caller in who knows the key (hex), or drops it. */
export async function admitConnection(duplex: ByteStream, key: string): Promise<void> {
  const answered = addSilentCaller(duplex);
  try {
    const { authenticateClient } = await prepareAdmission();
    await authenticateClient(duplex, Uint8Array.fromHex(key), answered);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    answered();
    duplex.close(); // the caller is told that nobody is here
  }
}

/**
 * Takes a caller in that has not answered its challenge yet.
 *
 * @returns takes it out again: to be called when it has answered, or is gone; false when it has been dropped before
 */
export function addSilentCaller(caller: ByteStream): () => boolean {
  silentCallers.add(caller);
  if (silentCallers.size > MAX_SILENT_CALLERS) {
    const oldest = silentCallers.values().next().value!;
    silentCallers.delete(oldest);
    oldest.close();
  }
  return () => silentCallers.delete(caller);
}

/** Loads what admits callers, and what serves them; callers wait while descriptors are short. @throws {LoadError} for long */
async function prepareAdmission(): Promise<typeof import("./admission.ts")> {
  for (let retries = 0;; retries++) {
    try {
      const [admission] = await Promise.all([loadAdmission(), ...Array.from(preparations, (prepare) => prepare())]);
      return admission;
    } catch (error) {
      if (retries >= MAX_ADMISSION_RETRIES || !isShortage(error)) throw error;
      await new Promise<void>((resolve) => thisProcess().unrefTimeout(ADMISSION_RETRY_MS, resolve));
    }
  }
}

/** Clients are let in when this is loaded as well: what serves them. Called for each, so a failure is not for good. */
export function beforeListening(load: () => Promise<unknown>): void {
  preparations.add(load);
}

/** Addresses of others that are known to be those of processes of the library, oldest first. */
const trusted = new Set<string>();
/** One more, and the oldest is forgotten. */
const MAX_TRUSTED_ADDRESSES = 10_000;

/** Who listens there has proved that it is a process of the library's, or a trustworthy one has said so. */
export function trustAddress(address: string): void {
  trusted.delete(address);
  trusted.add(address);
  if (trusted.size > MAX_TRUSTED_ADDRESSES) trusted.delete(trusted.values().next().value!);
}

/**
 * Whether an address that came from anywhere may be handed on to a child as one that it may connect to: a file that is
 * no socket of the library's, and a host that this process never met, may not.
 */
export function isTrustedAddress(address: string): boolean {
  return isOwnAddress(address) || trusted.has(address) || SOCKET_OF_OURS.test(address);
}

/** A socket in a folder that only the library makes. */
const SOCKET_OF_OURS = /^unix:(?:\/[^/]+)*\/brood-[^/]+\/(?:link|\d+)$/;

/** Whether the address is this process's own. */
export function isOwnAddress(address: string): boolean {
  return listener !== null && listener.address === address;
}

function randomHex(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

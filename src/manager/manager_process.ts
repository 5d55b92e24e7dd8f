/**
 * The process of a manager, as the one sees it that started it: waits until it
 * says where it is, tells that to all who ask, and ends it. Mirror of
 * `manager_main.ts`; loaded with the first manager that starts.
 *
 * @module
 */
import type { Child } from "../runtime/adapter.ts";
import type { Channel, Receiver } from "../transport/channel.ts";
import { decode } from "../codec/codec.ts";
import { ConnectError } from "../errors.ts";
import type { Block } from "../codec/graph.ts";
import { closeService, openService, type ServiceAddress } from "../transport/client.ts";
import { finishMessage } from "../transport/messages.ts";
import { checkFromManager, type ReceivedMessage } from "../transport/check_message.ts";
import { forgetLocation } from "../remote/manager_locations.ts";
import type { Location } from "../remote/location.ts";
import { waitFor } from "../runtime/deadline.ts";

export class ManagerProcess implements Receiver {
  readonly #child: Child;
  readonly #place = Promise.withResolvers<Location>();
  readonly #settled: (gate: string, place: Location) => void;
  #channel: Channel | null = null;
  #ended = false;

  /**
   * @param name by which its objects are asked for
   * @param settled called with the address at which strangers, or else its family, can reach it, and its place
   */
  constructor(child: Child, link: ServiceAddress, name: string, settled: (gate: string, place: Location) => void) {
    this.#child = child;
    this.#settled = settled;
    this.#place.promise.catch(() => {}); // those who ask are told
    openService((channel) => {
      this.#channel = channel;
      channel.unref();
      return this;
    }, link.token);
    void child.exited.then(() => {
      this.#ended = true;
      closeService(link);
      forgetLocation(name);
      this.#place.reject(gone());
    });
  }

  /** Where it is, as soon as that is known. */
  get place(): Promise<Location> {
    return this.#place.promise;
  }

  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkFromManager(received, blocks.length);
    if (message[0] === "serving") {
      const [, address, key, gate] = message;
      this.#settled(gate ?? address, [address, key]);
      this.#place.resolve([address, key]);
    } else this.#place.reject(decode(message[2], blocks.slice(message[1])));
  }

  closed(): void {
    this.#channel = null;
    this.#place.reject(gone());
  }

  /** Ends it: it is asked to, after `grace` milliseconds it gets SIGTERM, and after as many SIGKILL. */
  async end(grace: number): Promise<void> {
    const child = this.#child;
    this.#channel?.post(finishMessage());
    const exited = child.exited;
    const hasEnded = () => this.#ended;
    child.ref();
    if (this.#channel === null || !await waitFor(exited, hasEnded, { timeout: grace })) child.kill("SIGTERM");
    if (!await waitFor(exited, hasEnded, { timeout: grace })) child.kill("SIGKILL");
    await exited;
  }
}

function gone(): ConnectError {
  return new ConnectError("Cannot use shared object: the manager that owns it is gone", "");
}

/**
 * The process of a manager as its starter sees it: learns where it serves, and ends
 * it. The other side is `manager_main.ts`. Loaded with the first manager that
 * starts.
 *
 * @module
 */
import { decode } from "../codec/codec.ts";
import type { Block } from "../codec/graph.ts";
import { ConnectError } from "../errors.ts";
import { forgetLocation, type Location } from "../remote/location.ts";
import type { Child } from "../runtime/adapter.ts";
import { waitFor } from "../runtime/deadline.ts";
import type { Channel, Receiver } from "../transport/channel.ts";
import { checkFromManager, type ReceivedMessage } from "../transport/check_message.ts";
import { closeService, openService } from "../transport/server.ts";
import { finishMessage } from "../transport/messages.ts";
import type { SpawnedManager } from "./spawn_manager.ts";

export class ManagerProcess implements Receiver {
  readonly #child: Child;
  readonly #location = Promise.withResolvers<Location>();
  readonly #onServing: (publicAddress: string, location: Location) => void;
  #channel: Channel | null = null;
  #hasEnded = false;

  /**
   * @param onServing called once it serves: with the address at which other programs reach it, or that for this program
   *   when there is none, and with the location of its objects
   */
  constructor(
    { child, service, id }: SpawnedManager,
    onServing: (publicAddress: string, location: Location) => void,
  ) {
    this.#child = child;
    this.#onServing = onServing;
    this.#location.promise.catch(() => {}); // those who use its objects are told
    openService((channel) => {
      this.#channel = channel;
      channel.unref();
      return this;
    }, service.token);
    void child.exited.then(() => {
      this.#hasEnded = true;
      closeService(service);
      forgetLocation(id);
      this.#location.reject(managerGone());
    });
  }

  /** Location of its objects, as soon as that is known; rejects when it ends before. */
  get location(): Promise<Location> {
    return this.#location.promise;
  }

  message(received: ReceivedMessage, blocks: Block[]): void {
    const message = checkFromManager(received, blocks.length);
    if (message[0] === "serving") {
      const [, address, key, publicAddress] = message;
      this.#onServing(publicAddress ?? address, [address, key]);
      this.#location.resolve([address, key]);
    } else if (message[0] === "startFailure") {
      this.#location.reject(decode(message[2], blocks.slice(message[1])));
    }
  }

  closed(): void {
    this.#channel = null;
    this.#location.reject(managerGone());
  }

  /** Ends it: asks it to, and sends SIGKILL after `graceMs`. Settles when it is gone. */
  async end(graceMs: number): Promise<void> {
    this.#child.ref();
    this.#channel?.post(finishMessage());
    const hasEnded = () => this.#hasEnded;
    if (this.#channel === null || !await waitFor(this.#child.exited, hasEnded, { timeout: graceMs })) {
      this.#child.kill("SIGKILL");
    }
    await this.#child.exited;
  }
}

function managerGone(): ConnectError {
  return new ConnectError("Cannot use shared object: the manager that owns it is gone", "");
}

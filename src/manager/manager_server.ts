/**
 * A manager that serves in this very process, as Python's
 * `BaseManager.get_server().serve_forever()`: from its start to its end, which is
 * `stop()` or ^C. Knows no object.
 *
 * @module
 */
import { StateError } from "../errors.ts";
import { type Location, setOwnLocation } from "../remote/location.ts";
import { loadAlso } from "../remote/host_loader.ts";
import { MAX_TIMEOUT_MS } from "../runtime/deadline.ts";
import { thisProcess } from "../runtime/installed.ts";
import { loadPart } from "../runtime/load_part.ts";
import { beforeListening } from "../transport/server.ts";
import { PublicListener } from "./public_listener.ts";

/** Whether a manager serves in this process: there can be one at a time. */
let isServing = false;

export class ManagerServer {
  readonly #listener: PublicListener;
  readonly #objects: Promise<typeof import("./serve_objects.ts")>;
  readonly #stopped = Promise.withResolvers<void>();
  readonly #stopListeningForInterrupt: () => void;
  /** Keeps the program alive. */
  readonly #heartbeat = setInterval(() => {}, MAX_TIMEOUT_MS);
  #isRunning = true;
  /** Where its objects are reached. */
  readonly location: Location;

  /**
   * Begins to serve.
   *
   * @param Class whose registered types can be made
   * @param address null for one of its own
   * @param key in hex
   * @throws {ConnectError} it cannot listen at the address
   * @throws {StateError} this process serves already
   */
  constructor(Class: object, address: string | null, key: string) {
    if (isServing) {
      clearInterval(this.#heartbeat);
      throw new StateError("Cannot serve as manager: this process does already, shut that one down first", "serving");
    }
    try {
      this.#listener = new PublicListener(address, key);
    } catch (error) {
      clearInterval(this.#heartbeat);
      throw error;
    }
    isServing = true;
    this.#objects = loadPart(import.meta.url, () => import("./serve_objects.ts"));
    const ready = this.#objects.then(({ serveObjects }) => serveObjects(Class));
    ready.catch((error) => this.#stop(error));
    beforeListening(() => ready.catch(() => {})); // #stop() tells of it
    loadAlso(ready);
    this.location = [this.#listener.address, key];
    setOwnLocation(this.location);
    this.#stopListeningForInterrupt = thisProcess().interrupts?.listen(() => this.stop()) ?? (() => {});
  }

  get address(): string {
    return this.#listener.address;
  }

  /** Settles when it has stopped; rejects when it could not begin. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** Idempotent. */
  stop(): void {
    this.#stop(null);
  }

  #stop(failure: unknown): void {
    if (!this.#isRunning) return;
    this.#isRunning = false;
    isServing = false;
    setOwnLocation(null);
    this.#objects.then(({ abandonObjects }) => abandonObjects(), () => {});
    this.#listener.close();
    clearInterval(this.#heartbeat);
    this.#stopListeningForInterrupt();
    if (failure === null) this.#stopped.resolve();
    else this.#stopped.reject(failure);
  }
}

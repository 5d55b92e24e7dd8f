/**
 * The services of this process, each under a token that whoever connects must
 * name. Knows none of them.
 *
 * @module
 */
import type { Channel, Receiver } from "./channel.ts";

/** Gets the channel of a caller, and gives who receives its messages. */
export type Welcome = (channel: Channel) => Receiver;

/** How many callers a service is for. */
type Callers = "one" | "many";

const services = new Map<string, { welcome: Welcome; callers: Callers }>();

export function addService(token: string, welcome: Welcome, callers: Callers): void {
  services.set(token, { welcome, callers });
}

export function removeService(token: string): void {
  services.delete(token);
}

/** The service of that token, which for a single caller is gone with this; undefined when there is none. */
export function takeService(token: string): Welcome | undefined {
  const service = services.get(token);
  if (service?.callers === "one") services.delete(token);
  return service?.welcome;
}

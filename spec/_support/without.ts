/**
 * A runtime that lacks some capabilities: preloaded before a program, and so before its children, it installs the
 * adapter of this runtime without the members that the variable `SPEC_WITHOUT` names, separated by commas. What is
 * installed first stays.
 *
 * @module
 */
import { detect } from "../../adapters/mod.ts";
import type { Adapter, Self } from "../../src/runtime/adapter.ts";
import { install } from "../../src/runtime/installed.ts";
import type { Network } from "../../src/runtime/network.ts";
import process from "node:process";

const absent = (process.env.SPEC_WITHOUT ?? "").split(",");

/** The same object, without what is absent, and with these members in the place of its own. */
function without<T extends object>(whole: T, instead: Partial<T>): T {
  const members = Object.getOwnPropertyDescriptors(whole) as Record<string, PropertyDescriptor>;
  for (const name of absent) delete members[name];
  return Object.defineProperties({}, { ...members, ...Object.getOwnPropertyDescriptors(instead) }) as T;
}

const whole = detect();
const network: Network = without(whole.network(), {});
const self: Self = without(whole.self, {
  network: () => Promise.resolve(network),
  adapter: () => Promise.resolve(adapter),
});
const adapter: Adapter = without(whole, { self, network: () => network });
install(adapter);

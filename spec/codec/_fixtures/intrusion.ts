/** What a child may do with a file, and with a port at which nobody listens, by trying it. */
import { readFileSync, writeFileSync } from "node:fs";
import { Process } from "../../../mod.ts";
import { can } from "../../_support/permitted.ts";

export interface Intrusion {
  reads: boolean;
  writes: boolean;
  connects: boolean;
}

/** The port of which no child is told. */
export const PORT = 8;

export async function intrude(file: string): Promise<Intrusion> {
  const connects = await fetch(`http://127.0.0.1:${PORT}/`).then(() => true, (error) => error.name !== "NotCapable");
  return { reads: can(() => readFileSync(file)), writes: can(() => writeFileSync(file, "")), connects };
}

/** Tells it as one line of JSON. What else is given is of no use. */
export async function tell(file: string, ..._more: unknown[]): Promise<void> {
  console.log(JSON.stringify(await intrude(file)));
}

/** Gives back what it was given. */
export function same<T>(value: T): T {
  return value;
}

export function ignore(_data: unknown): void {}

export class Teller extends Process {
  file = "";
  data: unknown = null;
  override run(): Promise<void> {
    return tell(this.file);
  }
}

/** Alike to what is written for an object, plain and among what JSON has not. */
export function looksLikeHandles(file: string): unknown[] {
  const addresses = [`unix:${file}`, `tcp:127.0.0.1:${PORT}`];
  const data = addresses.flatMap((address) => [
    ["h", ["Queue", "1", [address, "00"]]],
    { h: ["h", ["Connection", "1", [address, "00"], 0, true, true, "ticket"]] },
    `["h",["Queue","1",["${address}","00"]]]`,
  ]);
  return [...data, undefined, new Map<unknown, unknown>([["h", data]]), new Error(JSON.stringify(data))];
}

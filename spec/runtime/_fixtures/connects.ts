/** Targets that connect to an address through the adapter. */
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";

/** Says hello and stays connected until it is ended. */
export async function greet(address: string): Promise<void> {
  const { connect } = await thisProcess().network();
  const duplex = await connect(address);
  await duplex.send(new TextEncoder().encode("hello"));
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

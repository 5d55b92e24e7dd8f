/** A listener and the two ends of a connection, both idle and not referenced: they must not keep the program. */
import "../../../mod.ts";
import type { ByteStream } from "../../../src/runtime/network.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";
import { Collector } from "../../_support/collector.ts";
import process from "node:process";

if (import.meta.main) {
  const { listen, connect } = await thisProcess().network();
  const listener = listen();
  process.on("exit", () => listener.close());
  const taken = new Promise<ByteStream>((resolve) => listener.accept(resolve));
  const ends = [await connect(listener.address), await taken];
  for (const end of ends) {
    end.receive(new Collector());
    end.unref();
  }
  console.log("idle");
}

/** What several areas of the codec try with a value. */
import { cpSync } from "node:fs";
import { SerializationError } from "../../../mod.ts";
import { encode } from "../../../src/codec/codec.ts";
import { assert, assertThrows } from "../../_support/assert.ts";
import { decodeText } from "../../_support/decode_text.ts";
import { scratch } from "../../_support/folder.ts";

export function roundTrip(value: unknown): unknown {
  const { text, blocks } = encode(value, "value");
  return decodeText(text, blocks.map((block) => block.slice()));
}

let copy: string | null = null;

/** URL of another copy of the library. */
export function copyOfLibrary(): string {
  if (copy !== null) return copy;
  const folder = scratch();
  const root = new URL("../../../", import.meta.url);
  for (const part of ["mod.ts", "src", "adapters"]) {
    cpSync(new URL(part, root), `${folder}/${part}`, { recursive: true });
  }
  return copy = new URL(`file://${folder}/mod.ts`).href;
}

/** Encodes a value that cannot cross and gives the path. */
export function refusedAt(value: unknown, what = "value"): string {
  const error = assertThrows(() => encode(value, what), SerializationError);
  assert(error.message.includes(error.path), error.message);
  return error.path;
}

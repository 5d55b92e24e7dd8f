/**
 * Tells what this runtime makes of every vector; given such a list on its input, what it makes of those when it has
 * decoded them.
 *
 * @module
 */
import { text as read } from "node:stream/consumers";
import process from "node:process";
import { encode, type Encoded } from "../../../src/codec/codec.ts";
import { decodeText } from "../../_support/decode_text.ts";
import { VECTORS } from "../../_support/vectors.ts";

type Line = [name: string, text: string, blocks: string[]];

function line(name: string, { text, blocks }: Encoded): Line {
  return [name, text, blocks.map((block) => block.toHex())];
}

const given = (await read(process.stdin)).trim();
const lines = given === ""
  ? VECTORS.map(({ name, value }) => line(name, encode(value(), "value")))
  : (JSON.parse(given) as Line[]).map(([name, text, blocks]) =>
    line(name, encode(decodeText(text, blocks.map((hex) => Uint8Array.fromHex(hex))), "value"))
  );
console.log(JSON.stringify(lines));

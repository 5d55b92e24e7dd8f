/**
 * Takes whatever was thrown to another process. A thrown value that cannot cross is
 * replaced by a `RemoteError` that describes it.
 *
 * @module
 */
import { decode, encode, type Encoded, type Payload } from "./codec.ts";
import type { Block } from "./graph.ts";
import { withHint } from "../runtime/format_error.ts";
import { describeThrown, thrownElsewhere } from "./error_codec.ts";

/** Encodes what was thrown. Never throws itself. */
export function encodeThrown(thrown: unknown): Encoded {
  try {
    return encode(withHint(thrown), "error");
  } catch (error) {
    return encode(describeThrown(thrown, error), "error");
  }
}

/** What was thrown in another process. @throws {ProtocolError} it is malformed */
export function decodeThrown(payload: Payload, blocks: Block[]): unknown {
  return thrownElsewhere(decode(payload, blocks));
}

/**
 * Encodes whatever was thrown. A thrown value that cannot cross is replaced by a
 * `RemoteError` that describes it.
 *
 * @module
 */
import { encode, type Encoded } from "./codec.ts";
import { withHint } from "../runtime/format_error.ts";
import { describeThrown } from "./error_codec.ts";

/** Encodes what was thrown. Never throws itself. */
export function encodeThrown(thrown: unknown): Encoded {
  try {
    return encode(withHint(thrown), "error");
  } catch (error) {
    return encode(describeThrown(thrown, error), "error");
  }
}

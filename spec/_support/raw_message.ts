/** Messages that no function of the library writes. */
import type { MessageText } from "../../src/transport/messages.ts";

/** JSON text to be posted as it is. */
export function raw(text: string): MessageText {
  return text as MessageText;
}

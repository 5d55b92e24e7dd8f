import { deep } from "#lib/deep";
import { isIdentifierChar } from "#parser";
import { subOf } from "common/sub";
import { loose } from "guest";

export function given() {
  return { deep, isIdentifierChar, subOf, loose };
}

import { isIdentifierStart } from "parser";
import { visit } from "esrecurse";

export function given() {
  return { isIdentifierStart, visit };
}

/** How the functions of this folder tell what they are: as their value, and on standard output when SPEC_TELL is set. */
import process from "node:process";

export function told(text: string): string {
  if (process.env.SPEC_TELL !== undefined) console.log(text);
  return text;
}

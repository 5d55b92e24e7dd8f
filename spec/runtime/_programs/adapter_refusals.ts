/** Is refused a file, catches that, and says what the adapter tells of it. */
import { readFileSync } from "node:fs";
import process from "node:process";
import "../../../mod.ts";
import { thisProcess } from "../../../src/runtime/installed.ts";

const refused = thisProcess().recordRefusals?.() ?? (() => null);
let name: string | null = null;
try {
  readFileSync(process.argv[2]!);
} catch (error) {
  ({ name } = error as Error);
}
const first = refused();
console.log(JSON.stringify([name, first?.includes(process.argv[2]!) ?? false, refused() === first]));

/** A class with a name that another fixture uses too. */
import { Process } from "../../../mod.ts";

export class Greeter extends Process {
  override run(): void {
    console.log("the other Greeter");
  }
}

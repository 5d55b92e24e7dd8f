/** Forks in a program that may perhaps not. */
import { fork, processTable } from "../../../mod.ts";
import { tell } from "../_fixtures/telling.ts";

try {
  tell(fork() === 0 ? "child" : "parent");
} catch (error) {
  tell(String(error));
  tell(processTable());
}

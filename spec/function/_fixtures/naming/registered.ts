/** Functions that are not exported but registered. */
import { task } from "../../../../mod.ts";
import { told } from "./told.ts";

function make(n: number) {
  return function twin(text: string): string {
    return told(`${text} ${n}`);
  };
}

const alone = task(import.meta, function alone(text: string): string {
  return told(`alone ${text}`);
});
const twins = task(import.meta, { first: make(1), second: make(2), arrow: (text: string) => told(`arrow ${text}`) });

export const registered = { alone, ...twins };

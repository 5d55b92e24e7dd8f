/** Two exports made by one factory: the same name and the same text. */
import { told } from "./told.ts";

function make(n: number) {
  return function twin(text: string): string {
    return told(`${text} ${n}`);
  };
}

export const first = make(1);
export const second = make(2);

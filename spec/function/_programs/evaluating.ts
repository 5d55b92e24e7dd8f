/** Uses its own exports while it is being evaluated: as it stands, and as one of two that nobody can tell apart. */
import process from "node:process";
import { Pool, Process, task } from "../../../mod.ts";
import { told } from "../_fixtures/naming/told.ts";

export function plain(text: string): string {
  return told(`plain ${text}`);
}

function make(n: number) {
  return function twin(text: string): string {
    return told(`${text} ${n}`);
  };
}

export const first = make(1);
export const second = make(2);

function inner(text: string): string {
  return told(`other ${text}`);
}
export { inner as other };

const unexported = task(import.meta, function unexported(text: string): string {
  return told(`unexported ${text}`);
});

function local(text: string): string {
  return told(`local ${text}`);
}

const target = { plain, second, inner, unexported, local }[process.argv[2]!]!;

if (import.meta.main) {
  for (const by of process.argv.slice(3)) {
    const env = { SPEC_TELL: "1" };
    if (by === "process") console.log(await new Process({ target, args: ["a"], env, name: "ant" }).start().join());
    else {
      await using pool = new Pool(1);
      console.log(await pool.apply(target as typeof plain, ["a"]).catch((error) => `${error.name}: ${error.message}`));
    }
  }
}

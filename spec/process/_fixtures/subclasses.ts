/** Subclasses of Process. */
import { currentProcess, Process } from "../../../mod.ts";
import { add } from "../../_support/arithmetic.ts";

export class Greeter extends Process {
  greeting: string;
  readonly made = true;

  constructor(greeting: string, name?: string) {
    super({ stdout: "piped", ...name === undefined ? {} : { name } });
    if (greeting === undefined) throw new Error("the constructor runs only where the object is made");
    this.greeting = greeting;
  }

  override run(): void {
    console.log(JSON.stringify({
      greeting: this.greeting,
      made: this.made,
      name: this.name,
      daemon: this.daemon,
      pid: this.pid,
      isGreeter: this instanceof Greeter,
      isCurrent: currentProcess() === this,
    }));
  }
}

export class Loud extends Greeter {
  volume = new Map([["volume", 11]]);

  override async run(): Promise<void> {
    await Promise.resolve();
    console.log(`${this.greeting.toUpperCase()} ${this.volume.get("volume")}`);
  }
}

/** Adds to what the target does. */
export class Timed extends Process {
  override async run(): Promise<void> {
    console.log("before");
    await super.run();
    console.log("after");
  }
}

/** Has no run() of its own. */
export class Plain extends Process {}

export class Failing extends Process {
  override run(): never {
    throw new RangeError("it fails in run");
  }
}

export class Secret extends Process {
  #key = "k";

  override run(): void {
    console.log(this.#key);
  }
}

export class Inherits extends Secret {}

export class Carrying extends Process {
  callback: unknown;

  override run(): void {}
}

/** Writes of `#tags` and "#colours" only, in comments and strings. */
export class Commented extends Process {
  colour = "#ff0000"; // not #private

  override run(): void {
    console.log(this.colour);
  }
}

class Hidden extends Process {
  override run(): void {}
}

export function makeHidden(): Process {
  return new Hidden();
}

export function sum(a: number, b: number, options?: { plus?: number }): void {
  console.log(add(a, b, options));
}

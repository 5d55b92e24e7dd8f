/** An owner under attack: a program of its own, whose rounds of work are seen from outside. */
import { readFileSync, writeFileSync } from "node:fs";
import { assertEquals } from "../../_support/assert.ts";
import { until } from "../../_support/async.ts";
import { Folder } from "../../_support/folder.ts";
import { descriptors, type Ended, type Running, start } from "../../_support/system.ts";
import type { Place } from "../../remote/_fixtures/hostile_client.ts";

export class Owner {
  readonly place: Place;
  readonly #running: Running;
  readonly #folder: Folder;
  #wanted = 0;

  private constructor(running: Running, folder: Folder) {
    this.#running = running;
    this.#folder = folder;
    this.place = JSON.parse(running.stdout().split("\n")[0]!);
  }

  /** Starts a program that says first where it can be reached, and ends when the file is there that it is given first. */
  static async run(program: string = "transport/_programs/hostile_owner.ts"): Promise<Owner> {
    const folder = new Folder();
    const running = start(program, { args: [folder.at("stop"), folder.at("wanted")] });
    await until(() => running.stdout().includes("\n") || running.stderr() !== "", "the owner says its place", 20_000);
    if (!running.stdout().includes("\n")) throw new Error(running.stderr());
    return new Owner(running, folder);
  }

  get #rounds(): number {
    return this.#running.stdout().split("\nround ").length - 1;
  }

  /** Waits until it has done so many rounds of work more. */
  async works(rounds: number = 2): Promise<void> {
    const goal = this.#rounds + rounds;
    this.#wanted = Math.max(this.#wanted, goal);
    writeFileSync(this.#folder.at("wanted"), String(this.#wanted));
    let gone = false;
    void this.#running.ended.then(() => gone = true);
    await until(() => gone || this.#rounds >= goal, "the owner's work goes on", 60_000);
    if (gone) throw new Error(`the owner has ended: ${this.#running.stderr()}`);
  }

  /** MiB of memory that it occupies. */
  get memory(): number {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.#running.pid}/status`, "utf8"))![1]) / 1024;
  }

  get descriptors(): number {
    return descriptors(this.#running.pid);
  }

  /** Asks it to end when its work is done. */
  stop(): Promise<Ended> {
    writeFileSync(this.#folder.at("stop"), "");
    return this.#running.ended.finally(() => this.#folder[Symbol.dispose]());
  }
}

/** The owner that all attacks of a file are made upon, once one of them has begun. */
let attacked: Promise<Owner> | undefined;

/** Does harm to the owner, which has worked before, and whose work goes on meanwhile and afterwards. */
export async function attack(harm: (owner: Owner) => Promise<void>): Promise<void> {
  const owner = await (attacked ??= working());
  await Promise.all([harm(owner), owner.works(1)]);
  await owner.works(1);
}

async function working(): Promise<Owner> {
  const owner = await Owner.run();
  await owner.works(1);
  return owner;
}

/** After all attacks the owner ends well, and has complained of nothing. */
export async function endAttacks(): Promise<void> {
  if (attacked === undefined) return;
  const { code, stdout, stderr } = await (await attacked).stop();
  assertEquals([code, stderr, stdout.trim().split("\n").at(-1)], [0, "", "child 0"]);
}

/**
 * A station is a program of its own that waits for a line on stdin, measures what the line names, and answers with a
 * line: so that one can be asked after the other, round by round, and what else the machine does falls on all alike.
 * It is the first of a process group, and the group is ended with it.
 *
 * @module
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** Milliseconds. */
const PATIENCE = 60_000;
const CLOSING = 5_000;

const alive = new Set();

/** No answer within the time. */
export class Silence extends Error {
  name = "Silence";
}

export class Station {
  #child;
  #title;
  #exited;
  #answer = null;
  #complaints = "";

  constructor(title, [command, ...args]) {
    this.#title = title;
    this.#child = spawn(command, args, { detached: true, stdio: "pipe" });
    alive.add(this);
    this.#exited = new Promise((resolve) => {
      this.#child.on("error", (error) => resolve(error.message));
      this.#child.on("exit", (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`));
    });
    this.#exited.then((how) => this.#settle({ error: `${how} ${this.#complaints}`.trim() }));
    this.#child.stdin.on("error", () => {}); // it has ended, and its exit says so
    this.#child.stderr.on("data", (chunk) => this.#complaints = (this.#complaints + chunk).slice(-2_000));
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      if (line.startsWith("reading ")) this.#settle(JSON.parse(line.slice("reading ".length)));
    });
  }

  /** Has it measure something, and gives the reading. A station that gives none in time is ended. */
  async ask(measure, argument = null, patience = PATIENCE) {
    let timer;
    const silence = new Promise((resolve) => timer = setTimeout(resolve, patience, null));
    const answer = new Promise((resolve) => this.#answer = resolve);
    this.#child.stdin.write(`${JSON.stringify({ measure, argument })}\n`);
    if (!alive.has(this)) this.#settle({ error: "has ended" });
    const given = await Promise.race([answer, silence]);
    clearTimeout(timer);
    this.#answer = null;
    if (given === null) {
      this.end();
      throw new Silence(`${this.#title} gave no ${measure} within ${patience} ms`);
    }
    if (given.error !== undefined) throw new Error(`${this.#title}, ${measure}: ${given.error}`);
    return given.value;
  }

  /** Lets it clean up behind itself, and ends what has not ended then. */
  async close() {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.end(), CLOSING);
    await this.#exited;
    clearTimeout(timer);
    this.end();
  }

  /** Ends it at once with all that it has started. */
  end() {
    alive.delete(this);
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // nobody of the group is left
    }
  }

  #settle(answer) {
    this.#answer?.(answer);
  }
}

/** Ends all stations; for when the measuring itself is ended. */
export function endAll() {
  for (const station of alive) station.end();
}

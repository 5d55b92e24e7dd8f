/** How far the work is: a bar on a terminal, else a line for each quarter. Written to standard error. */
import process from "node:process";
import { Presets, SingleBar } from "cli-progress";

/** How far one piece of work is, in bytes. */
export class Progress {
  readonly #label: string;
  readonly #total: number;
  readonly #bar: SingleBar | null;
  #quarters = 0;

  constructor(label: string, total: number) {
    this.#label = label.padEnd(12);
    this.#total = total;
    const format = `${this.#label}{bar} {percentage}% | {value} of {total} MB | {eta} s left`;
    this.#bar = process.stderr.isTTY ? new SingleBar({ format }, Presets.shades_classic) : null;
    this.#bar?.start(megabytes(total), 0);
  }

  moveTo(done: number): void {
    this.#bar?.update(megabytes(done));
    const quarters = Math.floor(4 * done / this.#total);
    if (this.#bar !== null || !(quarters > this.#quarters)) return;
    this.#quarters = quarters;
    console.error(
      `${this.#label}${`${25 * quarters}`.padStart(3)}% | ${megabytes(done)} of ${megabytes(this.#total)} MB`,
    );
  }

  stop(): void {
    this.#bar?.stop();
  }
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}

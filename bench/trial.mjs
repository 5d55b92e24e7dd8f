/**
 * A trial: the same readings taken round after round, each round by ours and by everyone it is compared with, and the
 * rows of the table that follow from them.
 *
 * @module
 */
import { spread } from "./medians.mjs";
import { Silence, Station } from "./station.mjs";

/** Milliseconds; some peers never answer on some runtimes. */
const PATIENCE_WITH_PEERS = 8_000;

/** Peers that do not give one value, by the runtime's binary and their names: they are not asked again. */
const silent = new Set();

/** The stations of one trial: opened when first asked for, closed together. */
class Stations {
  #commands;
  #open = new Map();
  #absent = new Map();

  constructor(commands) {
    this.#commands = commands;
  }

  /** A station of the program, whose further words make it another one. */
  at(program, ...words) {
    const title = [program, ...words].join(" ");
    if (!this.#open.has(title)) this.#open.set(title, new Station(title, [...this.#commands(program), ...words]));
    return this.#open.get(title);
  }

  /** A station that runs on the first core only, with all processes that it starts. */
  pinned(program) {
    const title = `${program}, pinned`;
    const command = ["taskset", "-c", "0", ...this.#commands(program)];
    if (!this.#open.has(title)) this.#open.set(title, new Station(title, command));
    return this.#open.get(title);
  }

  /** The reading of somebody who may not answer: a number, or a word for why there is none, in every later round too. */
  async askPeer(peer, measure, argument) {
    const known = `${this.#commands("peers.ts").join(" ")} ${peer}`;
    if (silent.has(known)) return "hangs";
    if (this.#absent.has(peer)) return this.#absent.get(peer);
    try {
      return await this.at("peers.ts", peer).ask(measure, argument, PATIENCE_WITH_PEERS);
    } catch (error) {
      const why = !(error instanceof Silence)
        ? /Altered/.test(error.message) ? "alters bytes" : "fails"
        : await this.#givesAValue(peer)
        ? "too slow"
        : "hangs";
      if (why === "hangs") silent.add(known);
      this.#absent.set(peer, why);
      return why;
    }
  }

  /** Whether a peer that was silent gives any value at all, asked anew. */
  async #givesAValue(peer) {
    const station = new Station(`${peer}, once`, [...this.#commands("peers.ts"), peer]);
    try {
      await station.ask("applyAsync", 1, PATIENCE_WITH_PEERS);
      return true;
    } catch {
      return false;
    } finally {
      station.end();
    }
  }

  async close() {
    await Promise.all([...this.#open.values()].map((station) => station.close()));
  }
}

/**
 * Takes the readings of a trial: `{ rounds, warm?, round(stations), rows(readings) }`. Readings of the `warm` first
 * rounds do not count; one that is quick has one round, and its figures mean little.
 */
export async function run({ rounds, warm = 0, round, rows }, commands, isQuick) {
  const stations = new Stations(commands);
  try {
    const readings = [];
    const [skipped, counted] = isQuick ? [0, 1] : [warm, rounds];
    for (let count = 0; count < skipped + counted; count++) {
      const reading = await round(stations);
      if (count >= skipped) readings.push(reading);
    }
    return { readings, rows: rows(readings).map((row) => row.sides ? row : { ...row, ...judged(row, readings) }) };
  } finally {
    await stations.close();
  }
}

/** A row's figures: the medians of both sides, and that of the ratios within the rounds, with the verdict. */
function judged({ ours, theirs, ratio, goal }, readings) {
  const between = ratio ?? (theirs && ((reading) => ours(reading) / theirs(reading)));
  const ratios = between ? spread(readings.map(between)) : null;
  return {
    ours: spread(readings.map(ours)).median,
    theirs: theirs ? spread(readings.map(theirs)).median : null,
    ratio: ratios,
    met: goal && ratios ? isWithin(ratios.median, goal) : null,
  };
}

function isWithin(ratio, { least = -Infinity, most = Infinity }) {
  return ratio >= least && ratio <= most;
}

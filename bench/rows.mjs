/**
 * Rows of the table, as trials make them.
 *
 * @module
 */

/** A row of readings that have these names. The ratio is ours to theirs. */
export function row(what, unit, ours, beside, theirs, goal) {
  return { what, unit, ours: (reading) => reading[ours], beside, theirs: (reading) => reading[theirs], goal };
}

/** A row of times whose ratio says how many times faster ours is. */
export function fasterRow(what, ours, beside, theirs, goal) {
  return { ...row(what, "ms", ours, beside, theirs, goal), ratio: (reading) => reading[theirs] / reading[ours] };
}

/** A row of what is held at two moments, readings by name each. The ratio is that of the later to the earlier. */
export function heldRow(what, unit, name, later, beside, earlier, most) {
  const ours = (reading) => reading[later][name];
  const theirs = (reading) => reading[earlier][name];
  // Nothing is left where there is not more than before; a ratio to nothing would be none.
  const ratio = (reading) => ours(reading) === theirs(reading) ? 1 : ours(reading) / theirs(reading);
  return { what, unit, ours, beside, theirs, ratio, goal: { most } };
}

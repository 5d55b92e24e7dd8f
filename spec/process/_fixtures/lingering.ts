import { Process, type ProcessOptions } from "../../../mod.ts";
import { linger } from "../../_support/lingers.ts";

/** A child that lingers until the case ends. */
export function lingering(options: ProcessOptions = {}): Process {
  return new Process({ target: linger, killGrace: 0, ...options });
}

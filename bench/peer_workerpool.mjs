/** The same for workerpool. */
import workerpool from "workerpool";
import run from "./peer_task.mjs";

workerpool.worker({ run });

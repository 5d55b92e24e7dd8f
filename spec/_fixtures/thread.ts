/** A thread that tells who runs it, what a fork says there, and what children it has. */
import { processTable } from "../../mod.ts";
import { here } from "../../src/adapter.ts";
import { refusedFork } from "./fork_targets.ts";

postMessage([here().host, refusedFork(), processTable()]);

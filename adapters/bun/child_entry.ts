/**
 * Entry of every child on Bun: the program that is run.
 *
 * @module
 */
import { runChild } from "../../src/child/child_main.ts";
import { bunSelf, process } from "./self.ts";

// Unless it leaves with another code: a target that waits for nothing that can come lets the process run dry.
process.exitCode = 1;
// Not awaited: while a program awaits at its top level, Bun goes on after an uncaught error.
void runChild(bunSelf(), {});

/** The first process of a line, whose plan is its argument. */
import process from "node:process";
import { descend } from "../_fixtures/orphan_line.ts";

// Not awaited: some runtimes wait for the top level to end also after an error that nobody caught.
if (import.meta.main) void descend(JSON.parse(process.argv[2]!), 0);

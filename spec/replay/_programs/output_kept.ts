/** Writes before a fork and after it by the same writer, which may have kept what it took before. */
import { openWriter } from "../_fixtures/output_ways.ts";
import { fork, wait } from "../../../mod.ts";

const writer = openWriter();
writer.write("<writer before>\n");
writer.write("<same writer before>\n");
const isChild = fork() === 0;
if (!isChild) await wait();
writer.write(`<writer ${isChild ? "in the child" : "in the parent"}>\n`);
writer.write(`<same writer ${isChild ? "in the child" : "in the parent"}>\n`);
await writer.end();

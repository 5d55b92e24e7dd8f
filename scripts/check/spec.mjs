/**
 * Checks that every bullet of `spec/*.md` is one test of the same sentence, and the other way round.
 *
 * @module
 */
import process from "node:process";
import { readSpec } from "../conformance/pages.mjs";

let wrong = 0;
let right = 0;
for (const { name, bullets, tests } of readSpec()) {
  report(`spec/${name}.md says twice`, repeated(bullets));
  report(`spec/${name}_test.ts tests twice`, repeated(tests));
  report(`spec/${name}_test.ts has no test for`, bullets.filter((sentence) => !tests.includes(sentence)));
  report(`spec/${name}.md has no bullet for`, tests.filter((sentence) => !bullets.includes(sentence)));
  right += bullets.filter((sentence) => tests.includes(sentence)).length;
}
console.log(`spec: ${right} sentences with their tests, ${wrong} without`);
process.exit(wrong === 0 ? 0 : 1);

function repeated(sentences) {
  return sentences.filter((sentence, at) => sentences.indexOf(sentence) !== at);
}

function report(what, sentences) {
  wrong += sentences.length;
  for (const sentence of sentences) console.error(`${what}: ${sentence}`);
}

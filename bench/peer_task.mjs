/** What the workers of piscina and tinypool run: gives back what it gets, tells who it is, or keeps its worker busy. */
import { writeFileSync } from "node:fs";
import process from "node:process";

export default (given) => {
  if (given?.ask === "pid") return process.pid;
  if (given?.ask !== "busy") return given;
  writeFileSync(given.path, "");
  return new Promise((resolve) => setTimeout(resolve, 60_000));
};

/** Errors with what every runtime must make of them: a part of `vectors.ts`. */
import { RemoteError, TimeoutError } from "../../mod.ts";
import type { Vector } from "./vectors.ts";

class Overdrawn extends RangeError {}

/** The runtimes' own stacks differ. */
function stacked<E extends Error>(error: E): E {
  return Object.defineProperty(error, "stack", {
    value: "stack",
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

function remote(error: RemoteError, name: string): RemoteError {
  error.name = name;
  return stacked(error);
}

export const ERROR_VECTORS: readonly Vector[] = [
  {
    name: "an error",
    value: () => stacked(new Error("m")),
    text: '[[0],[["e","Error",1,"Error","m","stack",[],[],[]]]]',
    blocks: [],
  },
  {
    name: "an error of each built-in class",
    value: () =>
      [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((kind) => stacked(new kind("m"))),
    text:
      '[[0],[["a",[1],[2],[3],[4],[5],[6]],["e","TypeError",1,"TypeError","m","stack",[],[],[]],["e","RangeError",1,"RangeError","m","stack",[],[],[]],["e","SyntaxError",1,"SyntaxError","m","stack",[],[],[]],["e","ReferenceError",1,"ReferenceError","m","stack",[],[],[]],["e","EvalError",1,"EvalError","m","stack",[],[],[]],["e","URIError",1,"URIError","m","stack",[],[],[]]]]',
    blocks: [],
  },
  {
    name: "an error with a cause and properties",
    value: () =>
      stacked(Object.assign(new TypeError("m", { cause: stacked(new RangeError("c")) }), { code: "E", list: [1] })),
    text:
      '[[0],[["e","TypeError",1,"TypeError","m","stack",[[2]],[],["code","E","list",[1]]],["a",1],["e","RangeError",1,"RangeError","c","stack",[],[],[]]]]',
    blocks: [],
  },
  {
    name: "an error whose cause is undefined",
    value: () => stacked(new Error("m", { cause: undefined })),
    text: '[[0],[["e","Error",1,"Error","m","stack",[[-1]],[],[]]]]',
    blocks: [],
  },
  {
    name: "an error that is its own cause",
    value: () => ((e) => Object.assign(e, { cause: e }))(stacked(new Error("m", { cause: 0 }))),
    text: '[[0],[["e","Error",1,"Error","m","stack",[[0]],[],[]]]]',
    blocks: [],
  },
  {
    name: "an error with another name",
    value: () => stacked(Object.assign(new Error("m"), { name: "Other" })),
    text: '[[0],[["e","Error",1,"Other","m","stack",[],[],["name","Other"]]]]',
    blocks: [],
  },
  {
    name: "an AggregateError",
    value: () => stacked(new AggregateError([stacked(new Error("a")), 2], "m")),
    text:
      '[[0],[["e","AggregateError",1,"AggregateError","m","stack",[],[[1]],[]],["a",[2],2],["e","Error",1,"Error","a","stack",[],[],[]]]]',
    blocks: [],
  },
  {
    name: "an error of the library",
    value: () => stacked(new TimeoutError("m", 5)),
    text: '[[0],[["e","TimeoutError",1,"TimeoutError","m","stack",[],[],["name","TimeoutError","timeout",5]]]]',
    blocks: [],
  },
  {
    name: "an error of a class that is not known",
    value: () => stacked(new Overdrawn("m")),
    arrives: () => remote(new RemoteError("m", "Overdrawn", "stack"), "Overdrawn"),
    text: '[[0],[["e","Overdrawn",0,"Overdrawn","m","stack",[],[],[]]]]',
    blocks: [],
  },
  {
    name: "a RemoteError on its way again",
    value: () => remote(new RemoteError("m", "Overdrawn", "stack"), "Overdrawn"),
    text: '[[0],[["e","Overdrawn",0,"Overdrawn","m","stack",[],[],["name","Overdrawn"]]]]',
    blocks: [],
  },
  {
    name: "an error with causes of every sort",
    value: () => stacked(new RangeError("\ud83d", { cause: stacked(new Error("", { cause: [new Date(7), -0, 1n] })) })),
    text:
      '[[0],[["e","RangeError",1,"RangeError","\\ud83d","stack",[[1]],[],[]],["e","Error",1,"Error","","stack",[[2]],[],[]],["a",[3],[-5],["1"]],["d",7]]]',
    blocks: [],
  },
];

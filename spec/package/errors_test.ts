import { Pool, Process, Queue } from "../../mod.ts";
import { add, square } from "../_support/arithmetic.ts";
import { assertEquals } from "../_support/assert.ts";
import { noLeaks, test as testCase } from "../_support/testing.ts";
import { giveResponse, leaveRejection } from "./_fixtures/mistakes.ts";

let made: Pool | undefined;

/** The pool of all cases. */
const pool = (): Pool => made ??= new Pool(1);

/** What a mistake gives where the compiler would refuse it. */
const wrong = (value: unknown): never => value as never;

/** What is sent to a worker as the argument of a call. */
const send = (value: unknown): Promise<unknown> => pool().apply(square, [wrong(value)]);

/** Declares a case: the sentence quotes the whole message with which the mistake fails; a process id is "N" in it. */
function test(sentence: string, makeMistake: () => unknown): void {
  testCase(sentence, async () => {
    const quoted = sentence.slice(sentence.indexOf('"') + 1, sentence.lastIndexOf('"'));
    assertEquals(await messageOf(makeMistake), quoted);
  });
}

async function messageOf(makeMistake: () => unknown): Promise<string> {
  try {
    await makeMistake();
  } catch (error) {
    return (error as Error).message.replace(/process \d+/, "process N");
  }
  return "nothing: it did not fail";
}

// --- functions ---

test('Pool.map() of swapped arguments says "Cannot map: the arguments are swapped, pass the function first"', () =>
  pool().map(wrong([1]), wrong(square)));
test('Pool.apply() of swapped arguments says "Cannot apply: the arguments are swapped, pass the function first"', () =>
  pool().apply(wrong([1]), wrong(square)));
test('Pool.imap() of swapped arguments says "Cannot imap: the arguments are swapped, pass the function first"', () =>
  pool().imap(wrong([1]), wrong(square)));
test('Pool.apply() of what a call gives in place of its function says "Cannot run target in another process: it is a number, not a function, pass the function itself and not what a call of it gives"', () =>
  pool().apply(wrong(square(1))));
test('Pool.apply() of a promise in place of a function says "Cannot run target in another process: it is a promise, not a function, pass the function itself and not what a call of it gives"', () =>
  pool().apply(wrong(Promise.resolve(square))));
test('Pool.apply() of undefined in place of a function says "Cannot run target in another process: it is undefined, not a function, see that it is imported, and defined before this call"', () =>
  pool().apply(wrong(undefined)));
test('Pool.map() of a bound function says "Cannot run bound add in another process: it is bound and has no source, call it from a function that a module exports"', () =>
  pool().map(add.bind(null, 1), [1]));
test('new Pool() of what a call gives in place of an initializer says "Cannot make pool: initializer is a number, not a function, pass the function itself and not what a call of it gives"', () =>
  new Pool({ initializer: wrong(square(1)) }));
test('new Process() of what a call gives in place of its target says "Cannot make process: target is a number, not a function, pass the function itself and not what a call of it gives"', () =>
  new Process({ target: wrong(square(1)) }));
test('new Process() of a target that is undefined says "Cannot make process: target is undefined, not a function, see that it is imported, and defined before this call"', () =>
  new Process({ target: wrong(undefined) }));
test('new Process() of arguments without a target says "Cannot make process: target is undefined, not a function, see that it is imported, and defined before this call"', () =>
  new Process({ args: wrong([1]) }));
test('new Process() of a function in place of options says "Cannot make process: the options are not an object, did you mean { target: square }?"', () =>
  new Process(wrong(square)));

// --- arguments, items and options ---

test('Pool.apply() of a bare argument says "Cannot apply: args is not an array, did you mean [3]?"', () =>
  pool().apply(square, wrong(3)));
test('Pool.map() of a promise in place of items says "Cannot map: the items are not iterable but a promise, await it first"', () =>
  pool().map(square, wrong(Promise.resolve([1]))));
test('Pool.imap() of a promise in place of items says "Cannot imap: the items are not iterable but a promise, await it first"', () =>
  pool().imap(square, wrong(Promise.resolve([1]))));
test('Pool.map() of a bare item says "Cannot map: the items are not iterable but a number, did you mean [3]?"', () =>
  pool().map(square, wrong(3)));
test('Pool.map() of an object in place of items says "Cannot map: the items are not iterable but an object, pass a list such as Object.entries(items)"', () =>
  pool().map(square, wrong({ one: 1 })));
test('Pool.map() without items says "Cannot map: the items are not iterable but undefined, pass a list such as [1, 2]"', () =>
  pool().map(square, wrong(undefined)));
test('Pool.map() of an asynchronous iterable says "Cannot map: the items are not iterable but an asynchronous iterable, use imap(), or pass await Array.fromAsync(items)"', () =>
  pool().map(square, wrong((async function* () {})())));
test('Pool.starmap() of items that are no lists says "Cannot starmap: items[0] is not iterable but a number, pass the arguments of each call as a list, or use map()"', () =>
  pool().starmap(add, wrong([1, 2])));
test('Pool.map() of a bare chunksize says "Cannot map: the options are not an object, did you mean { chunksize: 10 }?"', () =>
  pool().map(square, [1], wrong(10)));
test('Pool.map() of a misspelled option says "Cannot map: there is no option timout, did you mean timeout?"', () =>
  pool().map(square, [1], wrong({ timout: 10 })));
test('Pool.applyAsync() of a bare callback says "Cannot applyAsync: the options are not an object, did you mean { callback: square }?"', () =>
  pool().applyAsync(square, [1], wrong(square)));
test('new Pool() of an option of other libraries says "Cannot make pool: there is no option workers, did you mean processes?"', () =>
  new Pool(wrong({ workers: 2 })));
test('new Pool() of a misspelled option says "Cannot make pool: there is no option process, did you mean processes?"', () =>
  new Pool(wrong({ process: 2 })));

// --- values ---

test('A Response as a result says "Cannot send result to another process: a Response cannot cross, send await response.text(), or its json() or bytes()"', () =>
  pool().apply(wrong(giveResponse)));
test('A Request as an argument says "Cannot send args[0] to another process: a Request cannot cross, send its url, its method, [...request.headers] and await request.text()"', () =>
  send(new Request("http://localhost/")));
test('Headers as an argument says "Cannot send args[0] to another process: Headers cannot cross, send [...headers], and make it again there"', () =>
  send(new Headers()));
test('A FormData as an argument says "Cannot send args[0] to another process: a FormData cannot cross, send [...form], and make it again there"', () =>
  send(new FormData()));
test('URLSearchParams as an argument says "Cannot send args[0] to another process: URLSearchParams cannot cross, send String(params)"', () =>
  send(new URLSearchParams()));
test('A Blob as an argument says "Cannot send args[0] to another process: a Blob cannot cross, send await blob.arrayBuffer()"', () =>
  send(new Blob([])));
test('A ReadableStream as an argument says "Cannot send args[0] to another process: a ReadableStream cannot cross, send await new Response(stream).bytes(), or send the chunks through a Queue or a Pipe"', () =>
  send(new ReadableStream()));
test('An AbortSignal as an argument says "Cannot send args[0] to another process: an AbortSignal cannot cross, pass it as { signal }, and call taskSignal() in the task"', () =>
  send(new AbortController().signal));
test('An AbortController as an argument says "Cannot send args[0] to another process: an AbortController cannot cross, keep it, pass { signal: controller.signal }, and call taskSignal() in the task"', () =>
  send(new AbortController()));
test('An Event as an argument says "Cannot send args[0] to another process: an Event cannot cross, send the fields of it that are needed"', () =>
  send(new Event("done")));
test('A promise in an argument says "Cannot send args[0].rows to another process: a Promise cannot cross, await it first"', () =>
  send({ rows: Promise.resolve([]) }));
test('A generator as an argument says "Cannot send args[0] to another process: a Generator cannot cross, send a list of what it gives: [...iterator]"', () =>
  send((function* () {})()));
test('A function in an argument says "Cannot send args[0].done to another process: function square cannot cross, export it from a module, and import it where it is used"', () =>
  send({ done: square }));
test('A class as an argument says "Cannot send args[0] to another process: class Account cannot cross, export it from a module, and import it where it is used"', () =>
  send(class Account {}));
test('A symbol as an argument says "Cannot send args[0] to another process: a symbol cannot cross, send a string"', () =>
  send(Symbol("key")));
test('A WeakMap as an argument says "Cannot send args[0] to another process: a WeakMap cannot cross, send a Map"', () =>
  send(new WeakMap()));
test('A SharedArrayBuffer as an argument says "Cannot send args[0] to another process: a SharedArrayBuffer cannot cross, use SharedMemory or SharedArray"', () =>
  send(new SharedArrayBuffer(8)));
test('An object whose fields are private as an argument says "Cannot send args[0] to another process: an Account, which has no public fields, cannot cross, send what it is made from, and make it again there"', () =>
  send(
    new (class Account {
      #sum = 1;
      get sum(): number {
        return this.#sum;
      }
    })(),
  ));
test('An object that must be disposed of as an argument says "Cannot send args[0] to another process: a Ledger, which must be disposed of, cannot cross, open it in the process that uses it"', () =>
  send(
    new (class Ledger {
      file = "ledger.db";
      [Symbol.dispose](): void {}
    })(),
  ));
test('An object with a getter that throws as an argument says "Cannot send args[0].sum to another process: a value whose reading throws cannot cross, its cause says why"', () =>
  send({
    get sum(): number {
      throw new RangeError("unreadable");
    },
  }));
test('A Process as an argument says "Cannot send args[0] to another process: a Process cannot cross, use it in the process that made it"', () =>
  send(new Process()));
test('A function as an item of a queue says "Cannot send item to another process: function (anonymous) cannot cross, export it from a module, and import it where it is used"', () =>
  new Queue<unknown>().put(wrong(() => 1)));

// --- workers ---

test('A task that leaves a rejection behind says "Cannot finish task leaveRejection: its worker, process N, exited with code 1, see what it wrote to standard error"', () =>
  pool().apply(leaveRejection));

noLeaks(async () => {
  made?.close();
  await made?.join();
});

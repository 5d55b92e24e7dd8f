/**
 * While a program awaits at its top level, Bun goes on after an uncaught error.
 * Where that must not be, the process ends here.
 *
 * @module
 */
import { Bun, process } from "./globals.ts";

/**
 * From now on an uncaught error ends this process, unless the program handles it.
 *
 * @param writeStderr writes to descriptor 2
 */
export function exitOnUncaughtErrors(writeStderr: (text: string) => void): void {
  for (const name of ["uncaughtException", "unhandledRejection"]) {
    process.on(name, (error) => {
      if (process.listenerCount(name) > 1) return;
      writeStderr(`${Bun.inspect(error)}\n`);
      process.exit(1);
    });
  }
}

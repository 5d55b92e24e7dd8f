/** A task of a worker that means harm: instead of its result the worker says that it may not import a module. */
import { encodeThrown } from "../../../src/codec/encode_thrown.ts";
import { WorkerReports } from "../../../src/pool/worker_reports.ts";
import { importRefusedMessage } from "../../../src/transport/messages.ts";

export function refuseImport(url: string): void {
  const failure = encodeThrown(new TypeError(`not allowed: ${url}`));
  WorkerReports.prototype.result = function (message) {
    const [, task] = JSON.parse(message);
    this.notRun(importRefusedMessage(task, this.base(0), failure, url), []);
  };
}

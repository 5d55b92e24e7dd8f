/**
 * The object that every process with shared objects has of its own accord: creates
 * objects for other processes, says where a manager that this process knows by
 * name serves, and answers a ping, which proves that all before it was read.
 *
 * @module
 */
import { ConnectError, ProtocolError } from "../errors.ts";
import { locationOf } from "./location.ts";
import { FailedObject, hasObject, isForeignId, putObject } from "./object_table.ts";
import { type ObjectState, Operation } from "./operation.ts";

/** What creates objects. */
export interface ObjectCreator {
  isKindLoaded(kind: string): boolean;
  loadKind(kind: string): Promise<void>;
  createObject(kind: string, id: string, args: readonly unknown[], fill: (object: ObjectState) => void): ObjectState;
}

export class ObjectFactory implements ObjectState {
  readonly #creator: ObjectCreator;
  /** Objects whose kind is being loaded, and all that were asked for after them: they are created in order. */
  readonly #loading = new Set<string>();
  #last: Promise<void> = Promise.resolve();

  constructor(creator: ObjectCreator) {
    this.#creator = creator;
  }

  perform(operation: Operation): void {
    switch (operation.act) {
      case "make":
        return this.#make(operation);
      case "ping":
        return operation.settle();
      case "locate":
        return locateProcess(operation);
      default:
        throw new ProtocolError(`Cannot ${operation.act}: an object factory does not know how`);
    }
  }

  #make(operation: Operation): void {
    const [kind, id] = operation.args;
    if (typeof kind !== "string" || typeof id !== "string" || !isForeignId(id) || hasObject(id)) {
      throw new ProtocolError("Cannot make shared object: that is no number of a new one");
    }
    if (this.#loading.size === 0 && this.#creator.isKindLoaded(kind)) return this.#create(operation, kind, id);
    if (this.#loading.has(id)) {
      throw new ProtocolError("Cannot make shared object: that is no number of a new one");
    }
    this.#loading.add(id);
    this.#last = this.#last.then(() => this.#load(operation, kind, id));
  }

  async #load(operation: Operation, kind: string, id: string): Promise<void> {
    try {
      await this.#creator.loadKind(kind);
      this.#create(operation, kind, id);
    } catch (error) {
      if (!hasObject(id)) putObject(id, new FailedObject(error));
      operation.fail(error);
    } finally {
      this.#loading.delete(id);
    }
  }

  #create(operation: Operation, kind: string, id: string): void {
    const [, , fill, ...args] = operation.args;
    try {
      this.#creator.createObject(kind, id, args, (object) => {
        if (fill !== null) object.perform(new FillOperation(operation, fill as string));
      });
    } catch (error) {
      putObject(id, new FailedObject(error)); // whoever uses it gets the error
      throw error;
    }
    if (fill === null) operation.settle();
  }
}

function locateProcess(operation: Operation): void {
  const where = locationOf(operation.args[0] as string);
  if (where === undefined) throw new ConnectError("Cannot use shared object: the process that owns it is gone", "");
  where.then((location) => operation.settle(location), (error) => operation.fail(error));
}

/** The first operation on an object: its creation is done when this is. */
class FillOperation extends Operation {
  readonly #creation: Operation;

  constructor(creation: Operation, act: string) {
    super(creation.client, act, [], creation.value, true);
    this.#creation = creation;
  }

  settle(): void {
    this.#creation.settle();
  }

  fail(error: unknown): void {
    this.#creation.fail(error);
  }

  lapse(): void {
    this.fail(new ProtocolError(`Cannot ${this.act}: a new object cannot be filled with that`));
  }
}

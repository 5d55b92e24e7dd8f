/**
 * How `console.log()` shows the library's objects: name of the class, and what is
 * known of the object here and now. Deno, Bun and Node call the same method.
 *
 * @module
 */

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * Shows objects of a class with these fields, and with own fields of a subclass.
 *
 * @param fieldsOf asks nobody else, and does not throw
 */
export function showAs<T extends object>(Class: { prototype: T }, fieldsOf: (object: T) => object): void {
  Object.defineProperty(Class.prototype, INSPECT, {
    configurable: true,
    writable: true,
    value(this: T, _depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
      const isPrototype = Object.hasOwn(this, "constructor");
      return `${this.constructor.name} ${inspect(isPrototype ? {} : { ...fieldsOf(this), ...this }, options)}`;
    },
  });
}

/** Whether objects of a class are shown in a way of their own already. */
export function isShown(Class: { prototype: object }): boolean {
  return Object.hasOwn(Class.prototype, INSPECT);
}

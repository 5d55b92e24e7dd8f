/**
 * All classes of shared objects, for a child that is given some and whose modules
 * have not loaded the library.
 *
 * @module
 */
import "./queue.ts";

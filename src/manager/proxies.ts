/**
 * The classes of all objects that only managers have: what a process must know
 * that is given one.
 *
 * @module
 */
import "./dict_proxy.ts";

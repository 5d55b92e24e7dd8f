/**
 * The classes of all objects that only managers have: what a process must know
 * that is given one.
 *
 * @module
 */
import "./dict_proxy.ts";
import "./list_proxy.ts";
import "./namespace_proxy.ts";
import "./auto_proxy.ts";
import "./set_proxy.ts";

/**
 * Types of what a target is called with. `args` fills its parameters from the left,
 * and `kwargs` the last one. Nothing here exists at run time.
 *
 * @module
 */

/**
 * What `kwargs` can be: what the last parameter can be, if that can be an object.
 *
 * @typeParam A parameters of the target
 */
export type Kwargs<A extends unknown[]> = number extends A["length"] ? PlainObject<A[number]>
  : Required<A> extends [...unknown[], infer Last] ? PlainObject<Last>
  : never;

/** Members of a type that are objects and no arrays. */
export type PlainObject<T> = unknown extends T ? object : Exclude<Extract<T, object>, readonly unknown[]>;

/**
 * What `args` is: all parameters, or all but the last when `kwargs` are given.
 *
 * @typeParam A parameters of the target
 * @typeParam K what is given as `kwargs`; `unknown` when they are not
 */
export type PositionalArgs<A extends unknown[], K> = IsUnknown<K> extends true ? A
  : [Kwargs<A>] extends [never] ? A
  : number extends A["length"] ? A
  : Required<A> extends [...infer Leading, unknown] ? Leading
  : never;

/** Whether it is `unknown`: not even `any`. */
export type IsUnknown<T> = unknown extends T ? 0 extends 1 & T ? false : true : false;

/**
 * The option `kwargs`.
 *
 * @typeParam A parameters of the target
 * @typeParam K what is given; only its keys count
 */
export interface KwargsOption<A extends unknown[], K> {
  /** Passed to the target as one last argument. */
  kwargs?: Kwargs<A> & KnownKeys<K, Kwargs<A>>;
}

/**
 * `K` itself when it is `any`; else its keys, each with `never` when `T` has no such key, and has others. The first
 * branch also is where the compiler learns `K`.
 */
export type KnownKeys<K, T> = 0 extends 1 & K ? K : {
  [N in keyof K]: [keyof T] extends [never] ? unknown
    : N extends (T extends unknown ? keyof T : never) ? unknown
    : never;
};

/**
 * What stands behind the target in a call: `args`, which can be left out when no parameter is needed, and options.
 *
 * @typeParam P what `args` is
 * @typeParam O the options
 */
export type CallArguments<P extends unknown[], O> = [] extends P ? [args?: NoInfer<P>, options?: O]
  : [args: NoInfer<P>, options?: O];

/** Type equality that sees through `any`, optional keys and modifiers. */
export type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `any` alone is a supertype of 1 and a subtype of 0 at once. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** The keys of `T` whose type is `any`, and those of what the functions in it take and return. */
export type AnyKeys<T> = {
  [K in keyof T]-?: IsAny<T[K]> extends true
    ? K
    : T[K] extends (...args: infer Args) => infer Result
      ? true extends IsAny<Args[number]> | IsAny<Awaited<Result>>
        ? K
        : never
      : never;
}[keyof T];

/** Compiles only for `true`. */
export type Expect<T extends true> = T;

type Parsed = ReturnType<typeof JSON.parse>;
/** That the tests above can fail. */
export type Works = [
  Expect<Equal<Equal<{ a?: 1 }, { a: 1 }>, false>>,
  Expect<Equal<Equal<unknown, Parsed>, false>>,
  Expect<Equal<IsAny<Parsed>, true>>,
  Expect<Equal<IsAny<unknown>, false>>,
  Expect<
    Equal<AnyKeys<{ a: Parsed; b(): Promise<Parsed>; c(x: Parsed): void; d: 1 }>, "a" | "b" | "c">
  >,
];

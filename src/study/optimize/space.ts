import type { Choice, Scale } from '../../space/parameter.js'

/** Under which values of other parameters a parameter exists: `{ optimizer: 'sgd' }`. */
export type When = Readonly<Record<string, Choice | readonly Choice[]>>

export interface RangeOptions {
  /** `log`: equal steps of the search are equal factors. */
  readonly scale?: Scale
  /** Distance between neighboring values; for a float, any value of the range when left out. */
  readonly step?: number
}

export interface Conditional {
  readonly when: When
}

declare const value: unique symbol

/** One parameter of a search space; V is the type of its values. */
export interface Dimension<V> {
  /** As study.yaml has it. */
  readonly definition:
    | {
        readonly kind: 'float' | 'int'
        readonly low: number
        readonly high: number
        readonly scale: Scale
        readonly step?: number
        readonly when?: When
      }
    | { readonly choices: readonly Choice[]; readonly when?: When }
  /** For the type alone; never set. */
  readonly [value]?: V
}

/** What is searched, by parameter name. */
export type SearchSpace = Readonly<Record<string, Dimension<unknown>>>

/** A configuration of a space: conditional parameters may be missing. */
export type SpaceParams<S extends SearchSpace> = Flatten<
  {
    readonly [K in keyof S as undefined extends SpaceValue<S[K]> ? never : K]: SpaceValue<S[K]>
  } & {
    readonly [K in keyof S as undefined extends SpaceValue<S[K]> ? K : never]?: Exclude<
      SpaceValue<S[K]>,
      undefined
    >
  }
>

type SpaceValue<D> = D extends Dimension<infer V> ? V : never
type Flatten<T> = { readonly [K in keyof T]: T[K] }

/**
 * A real number between two bounds, both included.
 *
 * @example
 * const lr = float(1e-5, 1e-1, { scale: 'log' })
 */
export function float(
  low: number,
  high: number,
  options: RangeOptions & Conditional,
): Dimension<number | undefined>
export function float(low: number, high: number, options?: RangeOptions): Dimension<number>
export function float(
  low: number,
  high: number,
  { scale = 'linear', ...options }: RangeOptions & Partial<Conditional> = {},
): Dimension<number | undefined> {
  return { definition: { kind: 'float', low, high, scale, ...options } }
}

/**
 * A whole number between two bounds, both included.
 *
 * @example
 * const width = int(1, 8)
 */
export function int(
  low: number,
  high: number,
  options: RangeOptions & Conditional,
): Dimension<number | undefined>
export function int(low: number, high: number, options?: RangeOptions): Dimension<number>
export function int(
  low: number,
  high: number,
  { scale = 'linear', ...options }: RangeOptions & Partial<Conditional> = {},
): Dimension<number | undefined> {
  return { definition: { kind: 'int', low, high, scale, ...options } }
}

/**
 * One of a few values.
 *
 * @example
 * const act = choice('relu', 'gelu')
 * const momentum = choice([0, 0.9], { when: { act: 'relu' } })
 */
export function choice<const C extends readonly Choice[]>(
  choices: C,
  options: Conditional,
): Dimension<C[number] | undefined>
export function choice<const C extends readonly Choice[]>(...choices: C): Dimension<C[number]>
export function choice(...values: readonly unknown[]): Dimension<Choice | undefined> {
  const [choices, options] = Array.isArray(values[0])
    ? [values[0] as readonly Choice[], values[1] as Conditional]
    : [values as readonly Choice[], {}]
  return { definition: { choices, ...options } }
}

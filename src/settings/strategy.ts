import type {
  BooleanSetting,
  ChoiceSetting,
  LocalizedText,
  NumberSetting,
  StringSetting,
} from './setting.js'

/** A strategy by its name, with the options that the user stated. Plain data. */
export interface StrategyChoice<Name extends string = string> {
  readonly name: Name
  readonly options: Readonly<Record<string, unknown>>
}

/** What a strategy can be configured by. */
export type StrategyOption = NumberSetting | BooleanSetting | ChoiceSetting | StringSetting

/**
 * A sampler, an allocator, a pruner or an early-stopping rule, as a registry lists it. Parsing,
 * checks, help and types are derived from it.
 *
 * An option with a `default` or a `defaultText` may be left out; any other is required.
 */
export interface Strategy<
  Name extends string = string,
  Options extends readonly StrategyOption[] = readonly StrategyOption[],
  Product = unknown,
> {
  readonly name: Name
  /** One sentence, without a final period. */
  readonly summary: LocalizedText
  readonly options: Options
  /** @param values checked, with defaults filled in */
  create(values: OptionValues<Options>): Product
}

/** Makes the product of a strategy: `bayesian()`, `bayesian({ initial: 6 })`. */
export interface StrategyFactory<
  Name extends string = string,
  Options extends readonly StrategyOption[] = readonly StrategyOption[],
  Product = unknown,
> {
  /** @throws UserError for an option that the strategy does not have, or a value out of bounds */
  (...options: FactoryArguments<Options>): Product
  readonly strategy: Strategy<Name, Options, Product>
}

/** Values that a caller passes: options without a default are required. */
export type OptionArguments<Options extends readonly StrategyOption[]> = Flatten<
  { readonly [O in Options[number] as O extends Optional ? never : O['name']]: OptionValue<O> } & {
    readonly [O in Options[number] as O extends Optional ? O['name'] : never]?: OptionValue<O>
  }
>

/** Values that `create` receives: undefined only where the default depends on something. */
export type OptionValues<Options extends readonly StrategyOption[]> = Flatten<{
  readonly [O in Options[number] as O['name']]: O extends { readonly default: unknown }
    ? OptionValue<O>
    : O extends { readonly defaultText: LocalizedText }
      ? OptionValue<O> | undefined
      : OptionValue<O>
}>

type Optional = { readonly default: unknown } | { readonly defaultText: LocalizedText }

type OptionValue<O extends StrategyOption> = O extends NumberSetting
  ? number
  : O extends BooleanSetting
    ? boolean
    : O extends ChoiceSetting
      ? O['choices'][number]
      : O extends StringSetting
        ? string
        : never

type FactoryArguments<Options extends readonly StrategyOption[]> =
  Record<never, never> extends OptionArguments<Options>
    ? [options?: OptionArguments<Options>]
    : [options: OptionArguments<Options>]

type Flatten<T> = { readonly [K in keyof T]: T[K] }

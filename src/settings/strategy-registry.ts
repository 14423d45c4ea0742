import { UserError } from '../errors.js'
import { OWN, ownEntry } from './own-strategy.js'
import type { LocalizedText } from './setting.js'
import { checkedOptions, suggestion, usage, type Options } from './strategy-options.js'
import { readCall } from './strategy-syntax.js'
import type {
  OptionArguments,
  Strategy,
  StrategyChoice,
  StrategyFactory,
  StrategyOption,
} from './strategy.js'

export type { StrategyChoice } from './strategy.js'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a factory takes its own options
type AnyFactory = StrategyFactory<string, any, unknown>

/** How a strategy may be written: `median`, `median(2, 1)`, `median(peers=2)`, `{ name, … }`. */
export type StrategyInput<F extends AnyFactory> =
  | F['strategy']['name']
  | `${F['strategy']['name']}(${string})`
  | (F extends StrategyFactory<infer N, infer O extends readonly StrategyOption[], unknown>
      ? { readonly name: N } & OptionArguments<O>
      : never)

/**
 * The strategies of one kind, by name. One syntax for all of them, in study.yaml, on the command
 * line and in the library.
 */
export class StrategyRegistry<F extends AnyFactory> {
  readonly strategies: readonly Strategy[]
  readonly names: readonly F['strategy']['name'][]

  /**
   * @param key of study.yaml under which one is chosen; begins the subject of each error
   * @param acceptsObjects a program may pass an object of its own, which study.yaml names `own(…)`
   */
  constructor(
    readonly key: string,
    factories: readonly F[],
    readonly acceptsObjects = false,
  ) {
    this.strategies = factories.map(({ strategy }) => strategy)
    this.names = this.strategies.map(({ name }) => name)
  }

  has(name: string): name is F['strategy']['name'] {
    return this.names.includes(name)
  }

  /**
   * Reads a strategy with its options: `median`, `median(2, 1)`, `median(peers=2)` or
   * `{ name: 'median', peers: 2 }`. The name may be in any case.
   *
   * @returns the options that were stated, without defaults
   * @throws UserError for a name that no strategy has, and for options that do not fit
   */
  parse(input: string | (Options & { readonly name: string })): StrategyChoice {
    const { name, options } = typeof input === 'string' ? this.#parseText(input) : split(input)
    const strategy = this.#strategyInAnyCase(name)
    checkedOptions(strategy, options, this.key)
    return { name: strategy.name, options }
  }

  /** @throws UserError for a name that no strategy has, and for options that do not fit */
  check({ name, options }: StrategyChoice): void {
    checkedOptions(this.#strategy(name), options, this.key)
  }

  /** @throws as `parse` */
  create(choice: StrategyChoice | string): ReturnType<F> {
    const { name, options } = typeof choice === 'string' ? this.#parseText(choice) : choice
    const strategy = this.#strategy(name)
    return strategy.create(checkedOptions(strategy, options, this.key) as never) as ReturnType<F>
  }

  /** How each strategy is written, with its defaults. */
  usages(): readonly string[] {
    return this.strategies.map(usage)
  }

  #parseText(text: string): StrategyChoice {
    const { name, args } = readCall(text, this.key)
    const strategy = this.#strategyInAnyCase(name)
    return { name: strategy.name, options: namedOptions(strategy, args, this.key) }
  }

  #strategyInAnyCase(name: string): Strategy {
    return (
      this.strategies.find(each => each.name.toLowerCase() === name.toLowerCase()) ??
      this.#strategy(name)
    )
  }

  #strategy(name: string): Strategy {
    if (name === OWN && this.acceptsObjects) return ownEntry(this.key)
    const strategy = this.strategies.find(each => each.name === name)
    if (!strategy)
      throw new UserError(this.key, `there is no "${name}"`, suggestion(name, this.names))
    return strategy
  }
}

/** Help for the command line: each strategy with its options, their meaning and defaults. */
export function strategyHelp(
  strategies: readonly Strategy[],
  language: keyof LocalizedText,
): readonly string[] {
  const colon = language === 'zh' ? '：' : ': '
  return strategies.flatMap(({ name, summary, options }) => [
    `${name}${colon}${summary[language]}`,
    ...options.map(
      option => `  ${option.name}${colon}${option.help[language]}${defaultNote(option, language)}`,
    ),
  ])
}

function defaultNote(
  { default: value, defaultText }: StrategyOption,
  language: keyof LocalizedText,
): string {
  const text = defaultText ? defaultText[language] : value
  if (text === undefined) return language === 'zh' ? '（必填）' : ' (required)'
  return language === 'zh' ? `（默认：${text}）` : ` (default: ${text})`
}

function split({ name, ...options }: Options & { readonly name: string }): StrategyChoice {
  return { name, options }
}

function namedOptions(
  strategy: Strategy,
  args: readonly { readonly name?: string; readonly value: unknown }[],
  key: string,
): Options {
  const { name, options } = strategy
  const values: Record<string, unknown> = {}
  args.forEach((argument, place) => {
    const option = argument.name ?? options[place]?.name
    if (option === undefined)
      throw new UserError(
        key,
        `${name} has ${args.length} arguments, and takes ${options.length || 'none'}`,
        `Write ${usage(strategy)}`,
      )
    if (option in values)
      throw new UserError(`${key}.${option}`, 'is stated twice', 'Leave one of them out')
    values[option] = argument.value
  })
  return values
}

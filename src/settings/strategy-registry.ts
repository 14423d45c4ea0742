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

  /** @param key of study.yaml under which one is chosen; begins the subject of each error */
  constructor(
    readonly key: string,
    factories: readonly F[],
  ) {
    this.strategies = factories.map(({ strategy }) => strategy)
    this.names = this.strategies.map(({ name }) => name)
  }

  has(name: string): name is F['strategy']['name'] {
    return this.names.includes(name)
  }

  /**
   * Reads a strategy with its options: `median`, `median(2, 1)`, `median(peers=2)` or
   * `{ name: 'median', peers: 2 }`. A text may be in any case.
   *
   * @returns the options that were stated, without defaults
   * @throws UserError for a name that no strategy has, and for options that do not fit
   */
  parse(input: string | (Options & { readonly name: string })): StrategyChoice {
    const { name, options } = typeof input === 'string' ? this.#parseText(input) : split(input)
    checkedOptions(this.#strategy(name), options, this.key)
    return { name, options }
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
    const strategy =
      this.strategies.find(each => each.name.toLowerCase() === name.toLowerCase()) ??
      this.#strategy(name)
    return { name: strategy.name, options: namedOptions(strategy, args, this.key) }
  }

  #strategy(name: string): Strategy {
    if (name === OWN) return ownEntry(this.key)
    const strategy = this.strategies.find(each => each.name === name)
    if (!strategy)
      throw new UserError(this.key, `there is no "${name}"`, suggestion(name, this.names))
    return strategy
  }
}

/**
 * Help of a registry for the command line (`text`) or the documentation (`markdown`): each strategy
 * with its options, their defaults and meaning.
 */
export function strategyHelp(
  { strategies }: { readonly strategies: readonly Strategy[] },
  { language = 'en', format = 'text' }: HelpFormat = {},
): string {
  const code = (text: string) => (format === 'markdown' ? `\`${text}\`` : text)
  return strategies
    .flatMap(strategy => [
      `${format === 'markdown' ? '- ' : ''}${code(usage(strategy))}: ${strategy.summary[language]}`,
      ...strategy.options.map(
        option =>
          `  ${format === 'markdown' ? '- ' : ''}${code(option.name)}: ` +
          `${option.help[language]}${defaultNote(option, language)}`,
      ),
    ])
    .join('\n')
}

export interface HelpFormat {
  readonly language?: keyof LocalizedText
  readonly format?: 'text' | 'markdown'
}

function defaultNote(
  { default: value, defaultText }: StrategyOption,
  language: keyof LocalizedText,
): string {
  const text = defaultText ? defaultText[language] : value
  if (text === undefined) return ''
  return language === 'zh' ? `（默认 ${text}）` : ` (default: ${text})`
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

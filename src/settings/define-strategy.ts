import { checkedOptions, type Options } from './strategy-options.js'
import type { OptionValues, Strategy, StrategyFactory, StrategyOption } from './strategy.js'

/**
 * Defines a strategy and returns its factory. The names and types of its options are inferred.
 *
 * @example
 * export const bayesian = defineStrategy({
 *   name: 'bayesian',
 *   summary: { en: 'Gaussian process', zh: '高斯过程' },
 *   options: [{ name: 'initial', type: 'int', min: 1, max: 1000, default: 4, help }],
 *   create: ({ initial }): Sampler => ({ name: 'bayesian', suggest: … }),
 * })
 */
export function defineStrategy<
  const Name extends string,
  const Options extends readonly StrategyOption[],
  Product,
>(strategy: Strategy<Name, Options, Product>): StrategyFactory<Name, Options, Product> {
  const create = (options: Readonly<Record<string, unknown>> = {}): Product => {
    const product = strategy.create(
      checkedOptions(strategy, options, strategy.name) as OptionValues<Options>,
    )
    if (typeof product === 'object' && product !== null)
      choices.set(product, { name: strategy.name, options })
    return product
  }
  return Object.assign(create, { strategy }) as StrategyFactory<Name, Options, Product>
}

const choices = new WeakMap<object, { readonly name: string; readonly options: Options }>()

/** How a factory was called that made this product; undefined for what no factory made. */
export function strategyChoice(
  product: object,
): { readonly name: string; readonly options: Options } | undefined {
  return choices.get(product)
}

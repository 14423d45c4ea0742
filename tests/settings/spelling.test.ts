import { parse } from 'yaml'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { studySpec } from '../../src/study/specification.js'

/** The parameter that a line of study.yaml declares, under `parameters` or under `space`. */
function parameter(line: string): object {
  const written = parse(line) as Record<string, unknown>
  const { space } = studySpec('s', { external: true, parameters: { ...written, epochs: 3 } }, '/')
  const { name: _, ...rest } = space[0]!
  return rest
}

const log = { kind: 'float', low: 1e-5, high: 1e-2, scale: 'log' }
const whole = { kind: 'int', low: 1, high: 8, scale: 'linear' }
const list = (...choices: unknown[]) => ({ kind: 'categorical', choices })

describe('a parameter in the spelling of', () => {
  it.each([
    ['ours', 'x: 1e-5..1e-2', log],
    ['ours', 'x: { low: 1e-5, high: 1e-2 }', log],
    ['ours', 'x: { low: "1e-5", high: 1e-2, scale: log }', log],
    ['ours', 'x: [4, 8]', list(4, 8)],
    ['ours', 'x: 4,8,16', list(4, 8, 16)],
    ['ours', 'x: relu, gelu', list('relu', 'gelu')],
    ['ours', 'x: { low: 0, high: 0.9, step: 0.3 }', list(0, 0.3, 0.6, 0.9)],
    ['another sign', 'x: 1e-5 ... 1e-2', log],
    ['another sign', 'x: 1e-5~1e-2', log],
    ['another sign', 'x: 1e-5-1e-2', log],
    ['another sign', 'x: 1e-5 to 1e-2', log],
    ['another sign', 'x: 1e-5to1e-2', log],
    ['another sign', 'x: 1 - 8', whole],
    ['another sign', 'x: 4;8;16', list(4, 8, 16)],
    ['another sign', 'x: 4|8|16', list(4, 8, 16)],
    ['another sign', 'x: 4 8 16', list(4, 8, 16)],
    ['another sign', 'x: "[4, 8, 16]"', list(4, 8, 16)],
    ['W&B', 'x: { min: 1e-5, max: 1e-2, distribution: log_uniform_values }', log],
    ['W&B', 'x: { min: 1, max: 8 }', whole],
    ['W&B', 'x: { min: 1, max: 800, distribution: int_uniform }', { ...whole, high: 800 }],
    [
      'W&B',
      'x: { min: 0, max: 1, distribution: uniform }',
      { ...whole, kind: 'float', low: 0, high: 1 },
    ],
    ['W&B', 'x: { values: [16, 32] }', list(16, 32)],
    ['W&B', 'x: { value: 0.1 }', list(0.1)],
    ['W&B', 'x: { distribution: categorical, values: [a, b] }', list('a', 'b')],
    ['W&B', 'x: { distribution: q_uniform, min: 0, max: 1, q: 0.5 }', list(0, 0.5, 1)],
    ['Optuna', 'x: { type: float, low: 1e-5, high: 1e-2, log: true }', log],
    [
      'Optuna',
      'x: { type: float, low: 1e-5, high: 1e-2, log: false }',
      { ...log, scale: 'linear' },
    ],
    ['Optuna', 'x: { type: int, low: 1, high: 8, step: 1 }', whole],
    ['Optuna', 'x: { type: categorical, choices: [a, b] }', list('a', 'b')],
    [
      'Optuna',
      'x: { name: FloatDistribution, attributes: { step: null, low: 1e-5, high: 1e-2, log: true } }',
      log,
    ],
    ['Optuna', 'x: trial.suggest_float("x", 1e-5, 1e-2, log=True)', log],
    ['Optuna', 'x: suggest_loguniform("x", 1e-5, 1e-2)', log],
    ['Optuna', 'x: suggest_int("x", 1, 8)', whole],
    ['Optuna', 'x: suggest_float("x", 0, 1, step=0.5)', list(0, 0.5, 1)],
    ['Optuna', 'x: suggest_categorical("x", ["a", "b"])', list('a', 'b')],
    ['Ray Tune', 'x: tune.loguniform(1e-5, 1e-2)', log],
    ['Ray Tune', 'x: ray.tune.loguniform(1e-5, 1e-2)', log],
    ['Ray Tune', 'x: tune.uniform(1e-5, 1e-2)', { ...log, scale: 'linear' }],
    ['Ray Tune', 'x: tune.quniform(0, 1, 0.25)', list(0, 0.25, 0.5, 0.75, 1)],
    ['Ray Tune', 'x: tune.randint(1, 9)', whole],
    ['Ray Tune', 'x: tune.lograndint(1, 9)', { ...whole, scale: 'log' }],
    ['Ray Tune', 'x: tune.choice([16, 32])', list(16, 32)],
    ['Ray Tune', 'x: tune.grid_search([True, False])', list(true, false)],
    ['Ray Tune', 'x: { grid_search: [16, 32] }', list(16, 32)],
    ['Hydra', 'x: range(1,9)', whole],
    ['Hydra', 'x: range(1, 8, 2)', list(1, 3, 5, 7)],
    ['Hydra', 'x: range(start=1,stop=8,step=2)', list(1, 3, 5, 7)],
    ['Hydra', 'x: choice(a,b)', list('a', 'b')],
    ['Hydra', 'x: interval(0, 1)', { ...whole, kind: 'float', low: 0, high: 1 }],
    ['Hydra', 'x: int(interval(1, 8))', whole],
    ['Hydra', 'x: tag(log, interval(1e-5, 1e-2))', log],
    ['NNI', 'x: { _type: loguniform, _value: [1e-5, 1e-2] }', log],
    ['NNI', 'x: { _type: choice, _value: [16, 32] }', list(16, 32)],
    ['a fixed word', 'x: llama-3.2-1b', list('llama-3.2-1b')],
    ['a fixed word', 'x: { choices: [2024-01-02] }', list('2024-01-02')],
    ['words with numbers', 'x: [bert-base-12-768, gpt2]', list('bert-base-12-768', 'gpt2')],
    ['words with numbers', 'x: [3x3, 1/8]', list('3x3', '1/8')],
  ])('%s is understood: %s', (_, line, right) => {
    expect(parameter(line)).toEqual(right)
  })

  it.each([
    [
      'x: [null, 0.1]',
      'has null among its choices, and a choice is a text, a number, true or false. Write "none"',
    ],
    ['x: null', 'has no value. Write a range low..high'],
    [
      'x: 1e-5…1e-2',
      '"1e-5…1e-2" is written with full-width or typographic signs. Write 1e-5..1e-2',
    ],
    ['x: 1e-5～1e-2', 'Write 1e-5..1e-2'],
    ['x: 1e−5..1e−2', 'Write 1e-5..1e-2'],
    ['x: 1–8', 'Write 1..8'],
    ['x: 1到8', 'Write 1..8'],
    ['x: １..８', 'Write 1..8'],
    ['x: １', 'Write 1'],
    ['x: 4，8，16', 'Write 4,8,16'],
    ['x: 4、8', 'Write 4,8'],
    ['x: 1：8', 'Write 1..8'],
    ['x: ［1, 8］', 'Write [1, 8]'],
    ['x: [１e-4，２e-4]', 'Write the numbers in the list, as in [1e-4, 2e-4]'],
    ['x: 0...1', '"0...1" can mean two ranges. Write 0..1 or 0..0.1'],
    ['x: 1:8', 'Write 1..8 for a range, 1,8 for two values'],
    ['x: 4 8', 'Write 4..8 for a range, 4,8 for two values'],
    ['x: 1e-5_1e-2', 'Write 1e-5..1e-2 for a range'],
    ['x: "[1, 8]"', 'Write 1..8 for a range, 1,8 for two values'],
    ['x: "(1, 8)"', 'Write 1..8 for a range'],
    ['x: between 1 and 8', 'is neither a range nor a list. Write 1..8 for a range'],
    ['x: uniform 0 1', 'is neither a range nor a list'],
    ['x: uniform(0, 1', 'is neither a range nor a list'],
    ['x: my_range(1, 8)', 'is neither a range nor a list'],
    ['x: bert-base-12-768', 'choices: ["bert-base-12-768"] in study.yaml for a fixed text'],
    ['x: 1~', '"1~" has one end. Write both'],
    ['x: [1e-5..1e-2]', 'Write it without brackets: 1e-5..1e-2'],
    ['x: 1..4,8', '"1..4" is a range within a list'],
    ['x: 1..10 step 2', 'is not a range'],
    ['x: [uniform, 0, 1]', 'write { low: 0, high: 1, scale: linear }'],
    ['x: [0.1, 1, log]', 'write { low: 0.1, high: 1, scale: log }'],
    ['x: [[1, 2], [3, 4]]', 'has [1,2] among its choices'],
    ['x: []', 'is an empty list'],
    ['x: { choices: [] }', 'has an empty list of choices'],
    ['x: { choices: [1], low: 2 }', 'has a list of values and low'],
    ['x: { 1e-5, 1e-2 }', 'has keys without values. Write low..high'],
    ['x: {}', 'has no low. Write low and high'],
    ['x: { low: 1 }', 'has no high'],
    ['x: { low: a, high: b }', 'x.low: "a" is not a finite number'],
    ['x: { lo: 1, high: 2 }', 'x.lo: is no key of a parameter. Did you mean low?'],
    ['x: { low: 1, min: 2, high: 3 }', 'states low twice, as min too'],
    [
      'x: { low: 0, high: 1, step: 0.3 }',
      '0.3 from 0 ends at 0.9 and does not reach 1. Write high: 0.9',
    ],
    ['x: { type: int, low: 1, high: 10, step: 4 }', 'ends at 9 and does not reach 10'],
    [
      'x: { low: 0.001, high: 1, step: 0.1, scale: log }',
      'x.step: is of a linear scale, and the scale is log',
    ],
    ['x: tune.qloguniform(1, 8, 2)', 'is not a distribution that tune samples'],
    ['x: tune.randn(1, 2)', 'is not a distribution that tune samples'],
    ['x: hp.loguniform("x", -5, -1)', 'is not a distribution that tune samples'],
    ['x: tune.choice([None, 1])', 'has null among its choices'],
    ['x: tune.uniform(1)', 'has one bound, or none'],
    ['x: { mu: 0, sigma: 1 }', 'normal distributions are not sampled'],
    ['x: { min: -5, max: -1, distribution: log_uniform }', 'has exponents for bounds'],
    ['x: { distribution: beta, min: 0, max: 1 }', '"beta" is not sampled. Use linear or log'],
    ['x: { parameters: { a: { value: 1 } } }', 'parameters are not nested'],
    ['x: .nan', 'NaN is not a finite number'],
  ])('nothing is refused with what to write: %s', (line, message) => {
    expect(() => parameter(line)).toThrow(UserError)
    expect(() => parameter(line)).toThrow(message)
    expect(() => parameter(line)).toThrow(/^parameters\.x/)
  })
})

describe("a fine-tuning's parameter", () => {
  const rate = (learningRate: unknown): unknown =>
    studySpec('s', { model: 'm', data: 'd', space: { learningRate } }, '/').space.find(
      ({ name }) => name === 'learningRate',
    )

  it.each([
    '1e-5 to 1e-2',
    'tune.loguniform(1e-5, 1e-2)',
    { min: 1e-5, max: 1e-2, distribution: 'log_uniform_values' },
    { type: 'float', low: 1e-5, high: 1e-2, log: true },
  ])('is understood in the same spellings: %j', written => {
    expect(rate(written)).toEqual({ name: 'learningRate', ...log })
  })

  it.each([
    ['1e-5～1e-2', 'space.learningRate: "1e-5～1e-2" is written with full-width'],
    ['4，8', 'Write 4,8'],
    [[null, 1e-3], 'has null among its choices'],
    [{ values: [true] }, '{"choices":[true]} does not fit. Give a range or a list'],
  ])('is refused in the same words: %j', (written, message) => {
    expect(() => rate(written)).toThrow(message)
  })
})

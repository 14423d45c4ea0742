import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { flagDefinition } from '../../src/study/definition/flag-definition.js'
import { definitionJsonSchema } from '../../src/study/definition/json-schema.js'
import { kindSettings } from '../../src/study/definition/settings.js'
import { STRATEGY_LISTS } from '../../src/study/definition/strategies.js'
import { studySpec } from '../../src/study/specification.js'

const validate = new Ajv({ allErrors: false }).compile(
  JSON.parse(JSON.stringify(definitionJsonSchema())),
)
const root = join(import.meta.dirname, '../..')

/** Whether each of the two readers of a study.yaml accepts it. */
function accepted(definition: object) {
  return { schema: validate(definition), tune: isRead(definition) }
}

function isRead(definition: object): boolean {
  try {
    studySpec('s', definition as never, '/')
    return true
  } catch {
    return false
  }
}

const BOTH = { schema: true, tune: true }
const NEITHER = { schema: false, tune: false }

const files = ['studies', 'examples'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('study.yaml'))
    .map(file => join(folder, file)),
)

it('there are files to try', () => {
  expect(files.length).toBeGreaterThanOrEqual(3)
})

it.each(files)('%s is accepted, and with a typo in any key it is not', file => {
  const definition = parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>
  expect(accepted(definition)).toEqual(BOTH)
  for (const key of Object.keys(definition)) {
    const { [key]: value, ...others } = definition
    expect(accepted({ ...others, [`${key}x`]: value }), key).toEqual(NEITHER)
  }
})

it.each(kindSettings)('the least of $noun is accepted', ({ least }) => {
  expect(accepted(least)).toEqual(BOTH)
})

describe('a strategy', () => {
  const [{ least }] = kindSettings as [(typeof kindSettings)[number]]
  const cases = STRATEGY_LISTS.flatMap(({ key, registry }) =>
    registry.strategies.map(({ name, options }) => {
      const sample = (option: (typeof options)[number]) =>
        option.default ?? ('min' in option ? Math.max(1, option.min) : 'x')
      const values = options.map(option => [option.name, sample(option)] as const)
      return { key, name, values }
    }),
  )
  const text = (name: string, values: readonly (readonly [string, unknown])[]) =>
    values.length > 0 ? `${name}(${values.map(pair => pair.join('=')).join(', ')})` : name
  const flags = (key: string, value: string) =>
    flagDefinition({ model: './m', data: 'd.jsonl', [key]: value })

  it.each(cases)('$key $name is the same as text, by place, as an object and as a flag', test => {
    const { key, name, values } = test
    const forms = [
      text(name, values),
      text(name.toUpperCase(), values),
      values.length > 0 ? `${name}(${values.map(([, value]) => value).join(', ')})` : name,
      { name, ...Object.fromEntries(values) },
      { name: name.toUpperCase(), ...Object.fromEntries(values) },
    ]
    for (const form of forms) {
      const definition = { ...least, [key]: form }
      expect(accepted(definition), JSON.stringify(form)).toEqual(BOTH)
      if (typeof form === 'string') expect(flags(key, form)).toMatchObject({ [key]: form })
    }
  })

  it.each(cases)('$key $name with a typo is refused in every form', ({ key, name, values }) => {
    const [option] = values
    const wrong = [
      `${name}x`,
      `${name}(typo=1)`,
      `${name}(${[...values, ['y', 1]].map(() => 1).join(', ')})`,
      { name: `${name}x` },
      { name, typo: 1 },
      ...(option ? [{ name, ...Object.fromEntries(values), [option[0]]: '2' }] : []),
      ...(option ? [{ name, ...Object.fromEntries(values), [option[0]]: [1] }] : []),
    ]
    for (const form of wrong)
      expect(accepted({ ...least, [key]: form }), JSON.stringify(form)).toEqual(NEITHER)
  })

  it.each([
    ['earlyStopping', 'verdict', BOTH],
    ['earlyStopping', 'off', BOTH],
    ['earlyStopping', { name: 'off' }, BOTH],
    ['earlyStopping', 'own(mine)', NEITHER],
    ['earlyStopping', 'of', NEITHER],
    ['sampler', 'own(mine)', BOTH],
    ['pruner', 'own(mine, pauses=true)', BOTH],
    ['pruner', 'own(mine)', BOTH],
    ['pruner', { name: 'own', object: 'mine' }, BOTH],
    ['sampler', 3, NEITHER],
    ['pruner', '', NEITHER],
  ])('%s: %j', (key, value, expected) => {
    expect(accepted({ ...least, [key]: value })).toEqual(expected)
  })
})

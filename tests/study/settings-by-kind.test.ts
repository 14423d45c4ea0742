import { describe, expect, it } from 'vitest'
import { flagDefinition } from '../../src/settings/flag-definition.js'
import { FLAGS } from '../../src/settings/flags.js'
import {
  appliesTo,
  KIND_KEYS,
  KIND_NOUNS,
  SETTINGS,
  TRIAL_KINDS,
  type TrialKind,
} from '../../src/settings/index.js'
import { studySpec } from '../../src/study/specification.js'

/** The least that a study of each kind must state. */
const LEAST: Readonly<Record<TrialKind, Readonly<Record<string, unknown>>>> = {
  finetune: { model: 'm', data: 'd' },
  module: { module: 't.mjs', parameters: { epochs: 3 } },
  command: { command: 'true', parameters: { epochs: 3 } },
  external: { external: true, parameters: { epochs: 3 } },
}

const keys = Object.values(KIND_KEYS)
const pairs = TRIAL_KINDS.flatMap(kind =>
  SETTINGS.filter(({ setting }) => !keys.includes(setting.name)).map(placed => ({
    kind,
    path: [...placed.group, placed.setting.name],
    ...placed,
  })),
)

describe.each(TRIAL_KINDS)('in the study.yaml of a study of kind %s', kind => {
  it('the least is accepted', () => {
    expect(studySpec('s', LEAST[kind], '/').task.kind).toBe(kind)
  })

  const top = pairs.filter(each => each.kind === kind && each.group.length === 0)
  const foreign = top.filter(({ setting }) => !appliesTo(setting, kind))
  it.each(foreign)('$path does not apply, and is refused by name', ({ setting }) => {
    const definition = { ...LEAST[kind], [setting.name]: setting.default ?? 'x' }
    expect(() => studySpec('s', definition, '/')).toThrow(
      `${setting.name}: does not apply to ${KIND_NOUNS[kind]}. Take it out.`,
    )
  })

  const inside = pairs.filter(
    each => each.kind === kind && each.group[0] === 'training' && each.setting.name !== 'schedule',
  )
  it.each(kind === 'finetune' ? [] : inside)(
    '$path does not apply, and is refused by name',
    ({ setting }) => {
      const names = [setting.name, 'training'].filter(
        name => !top.some(each => each.setting.name === name && appliesTo(each.setting, kind)),
      )
      for (const name of names)
        expect(() => studySpec('s', { ...LEAST[kind], [name]: 1 }, '/')).toThrow(
          `${name}: does not apply to ${KIND_NOUNS[kind]}`,
        )
    },
  )
})

describe('on the command line', () => {
  const stated: Readonly<Record<TrialKind, Readonly<Record<string, unknown>>>> = {
    finetune: { model: 'm', data: 'd' },
    module: { module: 't.mjs' },
    command: { command: 'true' },
    external: { external: true },
  }
  const cases = TRIAL_KINDS.flatMap(kind =>
    FLAGS.filter(({ setting }) => !keys.includes(setting.name)).map(flag => ({
      kind,
      flag,
      name: flag.name,
      applies: flag.kinds.includes(kind),
    })),
  )
  const value = (name: string): unknown =>
    ({ param: ['width=1..2'], default: ['epochs=3'] })[name] ?? 'x'
  const camel = (name: string): string =>
    name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

  it.each(cases.filter(({ applies }) => applies))(
    '--$name reaches the definition of a study of kind $kind',
    ({ kind, name }) => {
      const before = JSON.stringify(flagDefinition(stated[kind]))
      const after = flagDefinition({ ...stated[kind], [camel(name)]: value(name) })
      if (name !== 'data') expect(JSON.stringify(after)).not.toBe(before)
    },
  )

  it.each(cases.filter(({ applies }) => !applies))(
    '--$name is refused by name for a study of kind $kind',
    ({ kind, name }) => {
      expect(() => flagDefinition({ ...stated[kind], [camel(name)]: value(name) })).toThrow(
        `--${name}: does not apply to ${KIND_NOUNS[kind]}.`,
      )
    },
  )
})

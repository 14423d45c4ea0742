import { describe, expect, it } from 'vitest'
import { kinds } from '../../src/kinds/index.js'
import { flagDefinition } from '../../src/study/definition/flag-definition.js'
import { FLAGS } from '../../src/study/definition/flags.js'
import { belongsTo, kindSettings, SETTINGS } from '../../src/study/definition/settings.js'
import { studySpec } from '../../src/study/specification.js'

const all = Object.values(kinds).map(({ name, settings }) => ({ name, kind: settings }))
const keys = kindSettings.map(({ key }) => key)
const pairs = all.flatMap(({ kind }) =>
  SETTINGS.filter(({ setting }) => !keys.includes(setting.name)).map(placed => ({
    kind,
    path: [...placed.group, placed.setting.name],
    ...placed,
  })),
)

describe.each(all)('in the study.yaml of a study of kind $name', ({ name: kindName, kind }) => {
  it('the least is accepted', () => {
    expect(studySpec('s', kind.least, '/').task.kind).toBe(kindName)
  })

  const top = pairs.filter(each => each.kind === kind && each.group.length === 0)
  const foreign = top.filter(placed => !belongsTo(placed, kind))
  it.each(foreign)('$path does not apply, and is refused by name', ({ setting }) => {
    const definition = { ...kind.least, [setting.name]: setting.default ?? 'x' }
    expect(() => studySpec('s', definition, '/')).toThrow(
      `${setting.name}: does not apply to ${kind.noun}. Take it out.`,
    )
  })

  const inside = pairs.filter(
    each => each.kind === kind && each.group[0] === 'training' && each.setting.name !== 'schedule',
  )
  it.each(kind.family === 'model' ? [] : inside)(
    '$path does not apply, and is refused by name',
    ({ setting }) => {
      const names = [setting.name, 'training'].filter(
        name => !top.some(each => each.setting.name === name && belongsTo(each, kind)),
      )
      for (const name of names)
        expect(() => studySpec('s', { ...kind.least, [name]: 1 }, '/')).toThrow(
          `${name}: does not apply to ${kind.noun}`,
        )
    },
  )
})

describe('on the command line', () => {
  const stated = ({ key, least }: (typeof kindSettings)[number]) => ({ [key]: least[key] })
  const cases = all.flatMap(({ name: kindName, kind }) =>
    FLAGS.filter(({ setting }) => !keys.includes(setting.name)).map(flag => ({
      kindName,
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
    '--$name reaches the definition of a study of kind $kindName',
    ({ kind, name }) => {
      const before = JSON.stringify(flagDefinition(stated(kind)))
      const after = flagDefinition({ ...stated(kind), [camel(name)]: value(name) })
      if (name !== 'data') expect(JSON.stringify(after)).not.toBe(before)
    },
  )

  it.each(cases.filter(({ applies }) => !applies))(
    '--$name is refused by name for a study of kind $kindName',
    ({ kind, name }) => {
      expect(() => flagDefinition({ ...stated(kind), [camel(name)]: value(name) })).toThrow(
        `--${name}: does not apply to ${kind.noun}.`,
      )
    },
  )
})

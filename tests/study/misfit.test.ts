import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { belongsTo, kindSettings, SETTINGS } from '../../src/study/definition/settings.js'
import { readDefinition, studySpec } from '../../src/study/specification.js'

/** Values of every type. Some settings accept some of them. */
const VALUES: readonly unknown[] = [
  null,
  '',
  'zzz',
  -7,
  0.37,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  true,
  false,
  [],
  [null],
  [['a', 'b']],
  [{}],
  {},
  { zzz: null },
  { zzz: { zzz: 1 } },
  { name: null },
]

const cases = kindSettings.flatMap(kind =>
  SETTINGS.filter(placed => belongsTo(placed, kind)).map(placed => ({
    kind,
    group: kind.family === 'user' ? [] : placed.group,
    name: placed.setting.name,
  })),
)

function definition(
  { kind, group, name }: (typeof cases)[number],
  value: unknown,
): Record<string, unknown> {
  const inner = [...group].reverse().reduce<unknown>((value, key) => ({ [key]: value }), {
    [name]: value,
  }) as Record<string, unknown>
  return { ...kind.least, ...inner }
}

describe('a value that does not fit', () => {
  it.each(cases.map(each => [`${each.kind.key}: ${[...each.group, each.name].join('.')}`, each]))(
    'is named, with what to write: %s',
    (_, each) => {
      const { name } = each as (typeof cases)[number]
      let refused = 0
      for (const value of VALUES) {
        let error: unknown
        try {
          studySpec('s', definition(each as (typeof cases)[number], value), '/')
          continue
        } catch (caught) {
          error = caught
        }
        refused++
        const shown = `${name} = ${JSON.stringify(value)}: ${String(error)}`
        expect(error, shown).toBeInstanceOf(UserError)
        const { message, subject, remedy } = error as UserError
        expect(`${subject} ${message}`.toLowerCase(), shown).toContain(name.toLowerCase())
        expect(message, shown).not.toMatch(
          /Invalid|undefined|\[object|Give a object|Mend it: |: \.|Use \.|Use ,|Give \.|Write \.|, ,/,
        )
        expect(remedy.split(' ').length, shown).toBeGreaterThanOrEqual(2)
      }
      expect(refused).toBeGreaterThan(0)
    },
  )

  it.each([
    ['a text', 'command：python', /does not fit\. Write keys with values, one a line/],
    ['a list', [1, 2], /\[1,2\] does not fit\. Write keys with values/],
    ['nothing', {}, /model: is missing\. Give a text/],
    ['text for training', { model: 'm', data: 'd', training: 'fast' }, /training: "fast" does not/],
    [
      'a condition that is none',
      { external: true, parameters: { epochs: 3, x: { low: 1, high: 2, when: 5 } } },
      /parameters\.x: .*"when":5.* does not fit\. Give a range or a list for each parameter/,
    ],
    [
      'a long value',
      { model: 'm', data: 'd', trials: 'x'.repeat(500) },
      /trials: "x{79}… does not fit\. Give a whole number, 1 to 1000000/,
    ],
  ])('as the definition: %s', (_, value, message) => {
    expect(() => studySpec('s', value, '/')).toThrow(message)
  })
})

describe('a full-width colon in study.yaml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tune-colon-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const read = (text: string) => () => {
    const file = join(folder, 'study.yaml')
    writeFileSync(file, text)
    return readDefinition(file, 's')
  }

  it.each([
    ['command：python train.py\nparameters：\n  lr：1e-5..1e-2\n', 1, 'command'],
    ['command: python train.py\nparameters：\n  lr: 1e-5..1e-2\n', 2, 'parameters'],
    ['command: python train.py\nparameters:\n  lr：1e-5..1e-2\n', 3, 'lr'],
    ['command: python train.py\ntrials：3\nparameters: { epochs: 3 }\n', 2, 'trials'],
    ['trials：3\n', 1, 'trials'],
  ])('is named: %j', (text, line, key) => {
    expect(read(text)).toThrow(
      `study.yaml line ${line}: has a full-width colon (：) after "${key}". ` +
        `Write "${key}: " with an ASCII colon and a space.`,
    )
  })

  it('is allowed within a text', () => {
    const text = 'model: m\ndata: d\nprobes:\n  - Note：who are you?\n'
    expect(read(text)()).toMatchObject({ task: { probes: ['Note：who are you?'] } })
  })
})

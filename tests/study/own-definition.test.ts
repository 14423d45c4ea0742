import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandWords } from '../../src/kinds/command/words.js'
import { createStudyFiles } from '../../src/study/create.js'
import { readDefinition, studySpec } from '../../src/study/specification.js'
import { writeDefinition } from '../../src/study/definition/write.js'
import { readOwnParameter, writeOwnParameter } from '../../src/settings/own-parameter-input.js'

const folder = mkdtempSync(join(tmpdir(), 'tune-own-definition-'))
const file = join(folder, 'study.yaml')

function reading(text: string) {
  writeFileSync(file, text)
  return () => readDefinition(file, 'mine')
}

const module = 'module: train.mjs\nparameters:\n  epochs: 5\n'

describe("study.yaml of a training of the user's own", () => {
  it('needs a module and how many epochs it may run', () => {
    expect(reading(module)()).toMatchObject({
      trials: 12,
      slots: 2,
      task: { kind: 'module', module: join(folder, 'train.mjs'), schedule: null },
      space: [{ name: 'epochs', choices: [5] }],
    })
  })

  it("or a command, which runs in the file's folder unless another is named", () => {
    const spec = reading(
      'command: python train.py --lr {lr}\nparameters: { lr: 1e-5..1e-3, epochs: 1..9 }\ndirectory: ..\n',
    )()
    expect(spec.task).toEqual({
      kind: 'command',
      command: ['python', 'train.py', '--lr', '{lr}'],
      directory: join(folder, '..'),
      schedule: null,
    })
  })

  it.each([
    {
      module: 'train.mjs',
      parameters: {
        width: '16..256',
        rate: { low: 1, high: 1000, scale: 'linear', kind: 'float' },
        activation: ['relu', 'gelu'],
        flag: [true, false],
        epochs: '3..30',
      },
      schedule: 'constant',
    },
    {
      command: ['sh', '-c', 'echo "{x}" | cat'],
      directory: 'sub',
      parameters: { x: '0..0.5', epochs: 4 },
      sampler: { name: 'grid', levels: 3 },
    },
  ])('is written so that reading it gives the same study: %j', definition => {
    const spec = studySpec('mine', definition, folder)
    writeFileSync(file, writeDefinition(spec, file))
    expect(readDefinition(file, 'mine')).toEqual(spec)
  })

  it.each([
    [`${module}model: m\n`, 'line 1: module: stands beside model'],
    [`${module}probes: [Who?]\n`, 'line 4: probes: does not apply to a module of your own'],
    [`${module}space: { x: 1 }\n`, 'line 4: space: does not apply to a module of your own'],
    ['module: train.mjs\n', 'parameters: is missing'],
    ['module: train.mjs\nparameters: { lr: 0.1 }\n', 'parameters.epochs: is missing'],
    [
      'module: train.mjs\nparameters: { epochs: 5, lr: 9..1 }\n',
      'parameters.lr: 9..1 runs backwards',
    ],
    ['module: train.mjs\nparameters: { epochs: 0 }\n', 'parameters.epochs: 0 is outside'],
    [
      'command: train --lr {learningrate}\nparameters: { learningRate: 1, epochs: 5 }\n',
      'line 1: command: {learningrate} is not a parameter of the study. Did you mean {learningRate}?',
    ],
    ['command: train "unclosed\nparameters: { epochs: 5 }\n', 'a quote that is not closed'],
    ['command: ""\nparameters: { epochs: 5 }\n', 'command: is empty'],
  ])('names what is wrong: %j', (text, message) => {
    expect(reading(text)).toThrow(message)
  })
})

describe("a study of a training of the user's own is made", () => {
  const studies = join(folder, 'studies')

  it('once its file is there, and of a kind that Node loads', async () => {
    const made = (name: string, module: string) =>
      createStudyFiles({ name, studies, module, parameters: { epochs: 3 } })
    await expect(made('none', join(folder, 'none.mjs'))).rejects.toThrow('there is no such file')
    writeFileSync(join(folder, 'train.py'), '')
    await expect(made('python', join(folder, 'train.py'))).rejects.toThrow('is a .py')
    writeFileSync(join(folder, 'train.mjs'), '')
    expect((await made('fits', join(folder, 'train.mjs'))).spec.task).toMatchObject({
      kind: 'module',
    })
  })

  it('once its program is on the PATH and its folder is there', async () => {
    const made = (name: string, command: string, directory?: string) =>
      createStudyFiles({
        name,
        studies,
        command,
        parameters: { epochs: 3 },
        ...(directory ? { directory } : {}),
      })
    await expect(made('missing', 'no-such-program --x')).rejects.toThrow(
      'there is no such program on the PATH',
    )
    await expect(made('nowhere', 'node x.js', join(folder, 'nowhere'))).rejects.toThrow(
      'there is no such folder',
    )
    mkdirSync(join(folder, 'here'), { recursive: true })
    expect((await made('node', 'node x.js', join(folder, 'here'))).spec.task).toMatchObject({
      command: ['node', 'x.js'],
    })
  })
})

describe("a parameter by a name of the user's", () => {
  it.each([
    ['16..256', { kind: 'int', low: 16, high: 256, scale: 'linear' }],
    ['1..1000', { kind: 'int', low: 1, high: 1000, scale: 'log' }],
    ['1e-5..1e-2', { kind: 'float', low: 1e-5, high: 1e-2, scale: 'log' }],
    ['0..0.5', { kind: 'float', low: 0, high: 0.5, scale: 'linear' }],
    ['relu, gelu', { kind: 'categorical', choices: ['relu', 'gelu'] }],
    ['true,false', { kind: 'categorical', choices: [true, false] }],
    [0.1, { kind: 'categorical', choices: [0.1] }],
  ])('%s', (written, parameter) => {
    expect(readOwnParameter('x', written, 'x')).toEqual({ name: 'x', ...parameter })
  })

  it('is read back as it was written', () => {
    const scale = fc.constantFrom('linear' as const, 'log' as const)
    const range = fc.tuple(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      scale,
    )
    fc.assert(
      fc.property(range, ([a, b, scale]) => {
        const parameter = {
          kind: 'float' as const,
          name: 'x',
          low: Math.min(a, b),
          high: Math.max(a, b),
          scale,
        }
        expect(readOwnParameter('x', writeOwnParameter(parameter), 'x')).toEqual(parameter)
      }),
    )
  })
})

it.each([
  ['python train.py --lr {lr}', ['python', 'train.py', '--lr', '{lr}']],
  [
    `sh -c 'a "b" c' "d \\"e\\"" f\\ g --x="1 2"`,
    ['sh', '-c', 'a "b" c', 'd "e"', 'f g', '--x=1 2'],
  ],
  ['  spaced   out  ', ['spaced', 'out']],
])('the command %s is split as a shell would', (command, words) => {
  expect(commandWords(command, 'command')).toEqual(words)
})

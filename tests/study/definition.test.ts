import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askNext } from '../../src/study/decision/ask.js'
import { trialPlan } from '../../src/study/decision/plan.js'
import { readDefinition, studySpec } from '../../src/study/specification.js'
import { writeDefinition } from '../../src/study/definition/write.js'

const folder = mkdtempSync(join(tmpdir(), 'tune-definition-'))
const file = join(folder, 'study.yaml')

function reading(text: string) {
  writeFileSync(file, text)
  return () => readDefinition(file, 'answers')
}

const least = 'model: ../model\ndata: data.jsonl\n'

describe('study.yaml', () => {
  it('needs a model and data alone; the rest has defaults', () => {
    const spec = reading(least)()
    expect(spec).toMatchObject({
      name: 'answers',
      sampler: { name: 'auto', options: {} },
      trials: 12,
      slots: 2,
      seed: 1,
      earlyStopping: 'verdict',
    })
    expect(spec.space.map(({ name }) => name)).toEqual(['learningRate', 'batchSize', 'epochs'])
    expect(spec.task).toMatchObject({
      model: join(folder, '../model'),
      data: join(folder, 'data.jsonl'),
      probes: [],
      training: { schedule: 'constant' },
    })
  })

  it('is written so that reading it gives the same study', () => {
    const spec = studySpec(
      'answers',
      {
        model: 'm',
        data: 'd.jsonl',
        probes: ['Who?'],
        sampler: { name: 'grid', levels: 3 },
        space: { batchSize: [4, 8], learningRate: { low: 1e-4, high: 1e-2, scale: 'linear' } },
      },
      folder,
    )
    writeFileSync(file, writeDefinition(spec, file))
    expect(readDefinition(file, 'answers')).toEqual(spec)
  })

  it('may hold conditions, steps, constraints and points to start from, and keeps them when it is written', () => {
    const spec = reading(`${least}space:
  optimizer: [adamw, sgd]
  momentum: { low: 0.5, high: 0.9, step: 0.1, when: { optimizer: sgd } }
  dropout: { low: 0, high: 0.2, when: { optimizer: [adamw, sgd] } }
constraints: ["batchSize < 16 or learningRate < 0.001"]
initialPoints:
  - { optimizer: adamw, dropout: 0.1, learningRate: 1e-3, batchSize: 8 }
`)()
    expect(spec.space.find(({ name }) => name === 'momentum')).toEqual({
      kind: 'categorical',
      name: 'momentum',
      choices: [0.5, 0.6, 0.7, 0.8, 0.9],
      when: { name: 'optimizer', is: ['sgd'] },
    })
    expect(spec.constraints).toHaveLength(1)
    writeFileSync(file, writeDefinition(spec, file))
    expect(readDefinition(file, 'answers')).toEqual(spec)
    const first = askNext(spec, trialPlan(spec), [], 12)
    expect(first).toMatchObject({
      kind: 'trials',
      trials: [
        {
          params: { optimizer: 'adamw', dropout: 0, learningRate: 2e-4, batchSize: 8, epochs: 10 },
          rationale: { method: 'defaults' },
        },
      ],
    })
    const second =
      first.kind === 'trials' ? askNext(spec, trialPlan(spec), first.trials, 12) : first
    expect(second).toMatchObject({
      kind: 'trials',
      trials: [
        {
          params: { optimizer: 'adamw', learningRate: 1e-3, batchSize: 8, epochs: 10 },
          rationale: { method: 'start point' },
        },
      ],
    })
  })

  it('knows what the training uses when nothing is searched, and states only what differs from that', () => {
    const plain = reading(
      `${least}training: { weightDecay: 0.1, method: lora }\nspace: { weightDecay: 0..0.2, loraRank: 4..64, epochs: 5 }\n`,
    )()
    expect(plain.defaults).toEqual({
      learningRate: 2e-4,
      batchSize: 8,
      epochs: 3,
      weightDecay: 0.1,
      loraRank: 8,
    })
    expect(writeDefinition(plain, file)).not.toContain('defaults')
    const stated = reading(`${least}defaults: { learningRate: 5e-5 }\n`)()
    expect(stated.defaults).toEqual({ learningRate: 5e-5, batchSize: 8, epochs: 3 })
    expect(writeDefinition(stated, file)).toMatch(/defaults:\n {2}learningRate: 0.00005\n/)
    writeFileSync(file, writeDefinition(stated, file))
    expect(readDefinition(file, 'answers')).toEqual(stated)
  })

  it('names strategies as a text or as an object', () => {
    const text = reading(`${least}pruner: percentile(25, peers=3)\nearlyStopping: patience(5)\n`)()
    const object = reading(
      `${least}pruner: { name: percentile, percent: 25, peers: 3 }\nearlyStopping: { name: patience, epochs: 5 }\n`,
    )()
    expect([text.pruner, text.earlyStopping]).toEqual(['percentile(25, peers=3)', 'patience(5)'])
    expect([object.pruner, object.earlyStopping]).toEqual([
      'percentile(percent=25, peers=3)',
      'patience(epochs=5)',
    ])
    expect(reading(`${least}pruner: { name: percentile, percentage: 25 }\n`)).toThrow(
      /line 3: pruner: /,
    )
  })

  it('may ask for repeats, earlier studies and two objectives, and keeps them when it is written', () => {
    const spec = reading(
      `${least}repeats: 3\nwarmStart: first\nobjectives: [tokenAccuracy, seconds]\n`,
    )()
    expect(spec).toMatchObject({
      repeats: 3,
      warmStart: ['first'],
      objective: 'tokenAccuracy',
      objectives: ['tokenAccuracy', 'seconds'],
      direction: 'maximize',
    })
    writeFileSync(file, writeDefinition(spec, file))
    expect(readDefinition(file, 'answers')).toEqual(spec)
    expect(reading(`${least}objectives: [valLoss, exactMatch]\n`)().task).toMatchObject({
      training: { score: { examples: 32 } },
    })
  })

  it.each([
    [
      'defaults: { learningrate: 1e-4 }',
      'line 3: defaults.learningrate: is not searched. Did you mean learningRate?',
    ],
    ['warmStart: answers', 'line 3: warmStart: is this study itself'],
    ['warmStart: [../../etc]', 'line 3: warmStart.0: '],
    ['objectives: [seconds, valLoss]', 'line 3: objectives.0: is seconds'],
    ['objectives: [valLoss, valLoss]', 'line 3: objectives.1: is valLoss as well'],
    [
      'objectives: [valLoss, seconds]\nobjective: rougeL',
      'line 4: objective: is rougeL, and the first of the objectives is valLoss',
    ],
    [
      'objectives: [valLoss, seconds]\npruner: median',
      'line 4: pruner: is median, which compares trials by one objective',
    ],
    ['repeats: 0', 'line 3: repeats: 0 does not fit'],
  ])('refuses %s with its line', (text, words) => {
    expect(reading(`${least}${text}\n`)).toThrow(words)
  })

  it.each([
    [
      `${least}constraints:\n  - batchSize * depth < 3\n`,
      'constraints.0: depth is not searched. Use learningRate, batchSize',
    ],
    [
      `${least}constraints: ["batchSize > 100"]\n`,
      'constraints.0: none of 4000 configurations drawn at random keep the constraints',
    ],
    [
      `${least}initialPoints: [{ learningRate: 1 }]\n`,
      'initialPoints.0: {"learningRate":1} is not a point of the space',
    ],
    [
      `${least}space: { dropout: { low: 0, high: 0.1, when: { optimizer: sgd } } }\n`,
      'space.dropout.when: "optimizer" is not a parameter declared before it',
    ],
    [`${least}trails: 3\n`, 'line 3: trails: is not a setting. Did you mean trials?'],
    [`${least}trials: many\n`, 'line 3: trials: "many" does not fit'],
    [`${least}trials: 0\n`, 'line 3: trials: 0 does not fit'],
    [
      `${least}sampler: baysian\n`,
      'line 3: sampler: there is no "baysian". Did you mean bayesian?',
    ],
    [
      `${least}sampler: { name: grid, level: 3 }\n`,
      'line 3: sampler.level: grid has no such option. Did you mean levels?',
    ],
    [`${least}space:\n  learningRate: abc\n`, 'line 4: space.learningRate: "abc" is not a number'],
    [`${least}space:\n  epochs: 5..1\n`, 'line 4: space.epochs: 5..1 runs backwards'],
    [
      `${least}space:\n  depth: 3\n`,
      'line 4: space.depth: "depth" is not a parameter of a fine-tuning',
    ],
    [`${least}training:\n  schedule: cosin\n`, 'line 4: training.schedule: "cosin" does not fit'],
    [`${least}training:\n  warmup: 3\n`, 'line 4: training.warmup: is not a setting'],
    [`${least}validation: 1.5\n`, 'line 3: validation: 1.5 does not fit'],
    ['data: d\n', 'model: is missing'],
    ['', 'model: is missing'],
    ['- 1\n- 2\n', 'does not fit'],
    [`${least}probes: [a\nb: c\n`, 'line 4'],
    [`${least}model: again\n`, 'line 3'],
  ])('names the line of what is wrong: %j', (text, message) => {
    expect(reading(text)).toThrow(message)
  })

  it('that does not exist is a study that does not exist', () => {
    expect(() => readDefinition(join(folder, 'nowhere.yaml'), 'nowhere')).toThrow(
      'there is no such study',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { samplers } from '../../../src/search/registry.js'
import { configurationKey } from '../../../src/space/configurations.js'
import { checkConstraints, keeps } from '../../../src/space/constraint.js'
import { checkSpace, contains, type Space } from '../../../src/space/parameter.js'
import { EMPTY, type Outcomes, begun, suggest, samplerNamed } from '../outcomes.js'

const constraints = ['batchSize * sequenceLength <= 2048']
const space: Space = [
  { kind: 'int', name: 'batchSize', low: 1, high: 64, scale: 'log' },
  { kind: 'int', name: 'sequenceLength', low: 32, high: 512, scale: 'log' },
  { kind: 'categorical', name: 'schedule', choices: ['constant', 'cosine'] },
  {
    kind: 'float',
    name: 'warmup',
    low: 0,
    high: 0.2,
    scale: 'linear',
    when: { name: 'schedule', is: ['cosine'] },
  },
]

function play(name: string, over: Space, more: object, trials: number): Outcomes {
  let history = EMPTY
  for (let trialNumber = 0; trialNumber < trials; trialNumber++) {
    const suggestion = suggest(samplerNamed(name), over, history, { seed: 4, trialNumber, ...more })
    if (suggestion.kind === 'exhausted') break
    const { params } = suggestion
    history = {
      ...history,
      observed: [
        ...history.observed,
        {
          params,
          loss: Math.abs(Number(params['batchSize'] ?? 1) - 20) + Number(params['warmup'] ?? 0.1),
        },
      ],
    }
  }
  return history
}

describe.each(samplers.names)('%s search', name => {
  it('keeps constraints, and searches a parameter only where its condition holds', () => {
    const points = begun(play(name, space, { constraints }, 16))
    expect(points).toHaveLength(16)
    for (const params of points) {
      expect(keeps(constraints, params)).toBe(true)
      expect(contains(space, params)).toBe(true)
      expect('warmup' in params).toBe(params['schedule'] === 'cosine')
    }
  })

  it('comes to the end of a finite space with a condition and a constraint, each configuration once', () => {
    const small: Space = [
      { kind: 'categorical', name: 'method', choices: ['full', 'lora'] },
      {
        kind: 'categorical',
        name: 'rank',
        choices: [4, 8, 16],
        when: { name: 'method', is: ['lora'] },
      },
      { kind: 'int', name: 'batchSize', low: 1, high: 3, scale: 'linear' },
    ]
    const points = begun(play(name, small, { constraints: ['rank * batchSize <= 24'] }, 40))
    expect(new Set(points.map(params => configurationKey(small, params))).size).toBe(points.length)
    // Without a rank 3; rank 4: 3, rank 8: 3, rank 16: 1.
    expect(points).toHaveLength(10)
  })

  it('begins with the defaults, then with the points it is given', () => {
    const defaults = { batchSize: 8, sequenceLength: 64, schedule: 'constant' }
    const initialPoints = [
      { batchSize: 16, sequenceLength: 64, schedule: 'cosine', warmup: 0.1 },
      defaults,
    ]
    expect(
      begun(play(name, space, { constraints, defaults, initialPoints }, 3)).slice(0, 2),
    ).toEqual([defaults, initialPoints[0]])
  })
})

describe('a constraint', () => {
  const check = (constraint: string) => () =>
    checkConstraints(space, [constraint], i => `constraints[${i}]`)

  it.each([
    [
      'batchSize * sequenceLength <= 8',
      /constraints\[0\]: (none|only \d+) of 4000 configurations drawn at random keeps? the constraints/,
    ],
    [
      'batchSize * length <= 8',
      'length is not searched. Use batchSize, sequenceLength, schedule, warmup',
    ],
    ['batchSize * * 2 <= 8', 'cannot be read'],
    ['batchSize * 2', 'is a value, not a condition'],
  ])('such as "%s" is refused', (constraint, message) => expect(check(constraint)).toThrow(message))

  it('may compare words and join conditions', () => {
    expect(check('schedule == "cosine" or batchSize < 32')).not.toThrow()
    expect(
      keeps(['schedule == "cosine" or batchSize < 32'], { batchSize: 40, schedule: 'constant' }),
    ).toBe(false)
  })

  it('does not apply where a parameter it names does not exist', () => {
    expect(
      keeps(['warmup < 0.1'], { batchSize: 1, sequenceLength: 32, schedule: 'constant' }),
    ).toBe(true)
  })
})

describe('a condition', () => {
  it('must name a parameter declared before, and values that it can have', () => {
    const [, , schedule, warmup] = space as [Space[0], Space[0], Space[0], Space[0]]
    expect(() => checkSpace([warmup, schedule])).toThrow(
      'space.warmup.when: "schedule" is not a parameter declared before it',
    )
    expect(() =>
      checkSpace([schedule, { ...warmup, when: { name: 'schedule', is: ['linear'] } }]),
    ).toThrow('schedule is never "linear"')
  })
})

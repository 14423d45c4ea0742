import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { decodeDocument, decodeTrial } from '../../src/record/decode.js'
import { decodeMetrics, encodeMetrics } from '../../src/record/decode-metrics.js'
import { type TrialRecord, type WaitingTrial } from '../../src/record/trial.js'
import { finish, start, type Ending } from '../../src/record/transitions.js'

// Adding 0 turns -0 into 0: JSON cannot tell them apart.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => value + 0)
const count = fc.nat()
const facts = { endedAt: fc.string(), seconds: number, epochsRun: count }

const asked: fc.Arbitrary<WaitingTrial> = fc.record({
  number: count,
  params: fc.dictionary(
    fc.string().filter(name => name !== '__proto__'),
    fc.oneof(fc.string(), number, fc.boolean()),
  ),
  basis: fc.record({ finished: fc.array(count), running: fc.array(count) }),
  leader: count,
  rationale: fc.option(
    fc.record({
      method: fc.string(),
      text: fc.string(),
      expected: fc.option(fc.record({ mean: number, sd: number })),
    }),
  ),
  state: fc.constant('waiting' as const),
})

const verdict = fc.record({
  kind: fc.constantFrom(
    'too-early' as const,
    'still-improving' as const,
    'plateau' as const,
    'overfit' as const,
    'diverged' as const,
  ),
  reason: fc.string(),
  bestEpoch: fc.integer({ min: 1 }),
  confidence: number,
})

const endings: fc.Arbitrary<Ending> = fc.oneof(
  fc.record({
    ...facts,
    state: fc.constant('complete' as const),
    objective: number,
    bestEpoch: fc.integer({ min: 1 }),
    stop: fc.constantFrom({ kind: 'budget' as const }, { kind: 'verdict' as const }),
    verdict,
  }),
  fc.record({
    ...facts,
    state: fc.constant('pruned' as const),
    prune: fc.constant({
      kind: 'rung' as const,
      epoch: 2,
      value: 3,
      threshold: 2,
      reason: 'rank 7 of 9',
    }),
  }),
  fc.record({
    ...facts,
    state: fc.constant('failed' as const),
    failure: fc.constantFrom(
      { kind: 'diverged' as const, epoch: 2, message: '' },
      { kind: 'out-of-memory' as const, device: 'cpu', message: '' },
      { kind: 'crashed' as const, message: '' },
      { kind: 'invalid' as const, message: '' },
    ),
  }),
)

const trials: fc.Arbitrary<TrialRecord> = fc
  .tuple(asked, fc.integer({ min: 1 }), fc.option(endings))
  .chain(([waiting, attempt, ending]) => {
    const running = start(waiting, { attempt, startedAt: 'now', device: 'cpu' })
    return fc.constantFrom<TrialRecord>(
      waiting,
      running,
      ending ? finish(running, ending) : running,
    )
  })

describe('a trial read from a file', () => {
  it('is the one that was written, byte for byte', () => {
    fc.assert(
      fc.property(trials, trial => {
        const text = JSON.stringify(trial)
        const read = decodeTrial(JSON.parse(text), 'trial')
        expect(read).toEqual(trial)
        expect(JSON.stringify(read)).toBe(text)
      }),
    )
  })

  it('keeps fields that a later version has added', () => {
    const later = { ...fc.sample(asked, 1)[0]!, colour: 'blue' }
    expect(decodeTrial(later, 'trial')).toEqual(later)
  })

  it('is refused when a field of it is taken away, by the name of that field', () => {
    fc.assert(
      fc.property(trials, fc.nat(), (trial, pick) => {
        const names = Object.keys(trial)
        const gone = names[pick % names.length]!
        const rest = Object.fromEntries(Object.entries(trial).filter(([name]) => name !== gone))
        expect(() => decodeTrial(rest, 'study.json trials[0]')).toThrow(UserError)
        expect(() => decodeTrial(rest, 'study.json trials[0]')).toThrow(
          new RegExp(`^study\\.json trials\\[0\\] ${gone}`),
        )
      }),
    )
  })

  it('never brings anything but a trial or a UserError out of any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), json => {
        expect(() => decodeTrial(json, 'x')).toThrow(UserError)
        expect(() => decodeDocument(json, 'x')).toThrow(UserError)
        expect(() => decodeMetrics(json, 'x')).toThrow(UserError)
      }),
    )
  })
})

it('metrics are what they were, numbers that JSON does not have among them', () => {
  const loss = fc.double().map(value => value + 0)
  const metrics = fc.record({
    epoch: fc.integer({ min: 1 }),
    loss,
    valLoss: loss,
    learningRate: loss,
    tokens: fc.nat(),
    seconds: loss,
  })
  fc.assert(
    fc.property(fc.integer({ min: 1 }), metrics, (attempt, metrics) => {
      const line = encodeMetrics(attempt, metrics)
      expect(line).not.toContain('\n')
      expect(decodeMetrics(JSON.parse(line), 'line')).toEqual({ attempt, metrics })
    }),
  )
})

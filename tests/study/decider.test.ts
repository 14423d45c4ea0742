import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { TrialRecord } from '../../src/record/trial.js'
import { decide, type DecisionInput } from '../../src/study/decision/decide.js'
import { Decider } from '../../src/study/decision/decider.js'
import { studySpec } from '../../src/study/specification.js'

const spec = studySpec(
  's',
  { model: 'm', data: 'd', space: { epochs: 5, weightDecay: '0..0.1', warmupSteps: '0..20' } },
  '/',
)
const verdict = { kind: 'plateau', reason: '', bestEpoch: 5, confidence: 1 } as const

/** A study with so many trials behind it. */
function input(count: number): DecisionInput {
  const trials: TrialRecord[] = []
  for (let number = 0; number < count; number++) {
    const decision = decide({ spec, trials, losses: curvesOf(trials), evidence: [] })
    if (decision.kind !== 'begin') throw new Error('a trial was to begin')
    const { params, basis, stages, rationale } = decision.trials[0]!
    const ended = stages!.map(stage => ({ ...stage, end: { epochs: 5, step: number + 1 } }))
    trials.push({
      number,
      params,
      basis,
      leader: number,
      rationale,
      stages: ended,
      state: 'complete',
      attempt: 1,
      startedAt: '',
      endedAt: '',
      device: 'cpu',
      seconds: 1,
      epochsRun: 5,
      objective: lossOf(number, 5),
      bestEpoch: 5,
      stop: { kind: 'budget' },
      verdict,
    })
  }
  return { spec, trials, losses: curvesOf(trials), evidence: [] }
}

const lossOf = (number: number, epoch: number) => 2 - 0.1 * epoch + 0.37 * ((number * 7) % 5)
const curvesOf = (trials: readonly TrialRecord[]) =>
  new Map(trials.map(({ number }) => [number, [1, 2, 3, 4, 5].map(epoch => lossOf(number, epoch))]))

describe('decisions made in a thread of their own', () => {
  const decider = new Decider()
  afterAll(() => decider.close())

  it('are those that are made here, to the last bit, while this thread goes on', async () => {
    const now = input(5)
    let beats = 0
    const heartbeat = setInterval(() => beats++, 1)
    const decision = await decider.decide(now)
    clearInterval(heartbeat)
    expect(decision).toEqual(decide(now))
    expect(decision).toMatchObject({
      kind: 'begin',
      trials: [{ rationale: { method: 'epoch-aware' } }],
    })
    expect(beats).toBeGreaterThan(0)
  })

  it('fail as they fail here, and the next one is made', async () => {
    const now = input(0)
    await expect(
      decider.decide({ ...now, spec: { ...spec, sampler: { name: 'none', options: {} } } }),
    ).rejects.toMatchObject({ name: 'UserError', problem: 'there is no "none"' })
    expect(await decider.decide(now)).toEqual(decide(now))
  })

  it('after the thread has ended are made in a new one', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'tune-decider-'))
    const once = join(dir, 'once.mjs')
    writeFileSync(
      once,
      `import { existsSync, writeFileSync } from 'node:fs'
       import { parentPort } from 'node:worker_threads'
       const marker = ${JSON.stringify(join(dir, 'ended'))}
       parentPort.on('message', () => {
         if (existsSync(marker)) return parentPort.postMessage({ decision: { kind: 'wait' } })
         writeFileSync(marker, '')
         process.exit(3)
       })`,
    )
    const ending = new Decider(once)
    await expect(ending.decide(input(0))).rejects.toThrow('ended with code 3')
    expect(ending.state).toBe('idle')
    expect(await ending.decide(input(0))).toEqual({ kind: 'wait' })
    await ending.close()
  })

  it('are made one at a time, and none after the end', async () => {
    const closing = new Decider()
    const first = closing.decide(input(0))
    expect(closing.state).toBe('deciding')
    await expect(closing.decide(input(0))).rejects.toThrow('while the decider is deciding')
    await first
    expect(closing.state).toBe('idle')
    await closing.close()
    await expect(closing.decide(input(0))).rejects.toThrow('while the decider is closed')
  })
})

import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bestEpoch, type Scoring } from '../../src/ranking/index.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import { restoreBest, retain, sweep, type Folders } from '../../src/training/retain.js'
import { noisy, normalsOf } from '../overfit/histories.js'

class Crash extends Error {}

/** A checkpoint is a folder with one file: its epoch. Every write may be the last one. */
function foldersOf(epoch: () => number, tick: () => void): Folders {
  const epochIn = async (at: string) => {
    const text = await readFile(join(at, 'epoch'), 'utf8').catch(() => null)
    return text === null ? null : Number(text)
  }
  return {
    epochIn,
    async share(from, to) {
      tick()
      if (!existsSync(from)) return
      await rm(to, { recursive: true, force: true })
      await cp(from, to, { recursive: true })
    },
    async write(at) {
      tick()
      await rm(at, { recursive: true, force: true })
      await mkdir(at, { recursive: true })
      await writeFile(join(at, 'epoch'), String(epoch()))
    },
  }
}

function historyOf(seed: number, length: number, share: number): EpochMetrics[] {
  const losses = Array.from({ length }, (_, i) => 1 + 2 / (i + 1) + 3e-4 * i * (seed % 30))
  return noisy(losses, share, normalsOf(seed)).map((valLoss, i) => ({
    epoch: i + 1,
    loss: 1,
    valLoss,
    learningRate: null,
    tokens: 0,
    seconds: 0,
  }))
}

const scorings = fc.constantFrom<Scoring>(
  {},
  { scoreEpoch: 'last' },
  { objectives: ['valLoss', 'seconds'] },
)

it('the best epoch has its checkpoint whenever a training ends, however often it was killed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(1e6),
      fc.integer({ min: 1, max: 45 }),
      fc.constantFrom(0, 0.01, 0.05),
      scorings,
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 4 }),
      async (seed, length, share, scoring, kills) => {
        const all = historyOf(seed, length, share)
        const checkpointDir = await mkdtemp(join(tmpdir(), 'tune-retain-'))
        const job = { checkpointDir, params: { epochs: length }, ...scoring }
        const last = join(checkpointDir, 'last')
        let [until = Infinity, ...later] = kills
        const tick = () => {
          if (--until <= 0) throw new Crash()
        }
        try {
          for (let saved = 0; saved < length;) {
            try {
              const resumed = all.slice(0, saved)
              const folders = (n: number) => foldersOf(() => n, tick)
              if (saved > 0) await restoreBest(job, resumed, folders(saved))
              for (let n = saved + 1; n <= length; n++) {
                const history = all.slice(0, n)
                await retain(job, history, folders(n))
                await folders(n).write(last)
                saved = n
                tick()
                await sweep(job, history)
                const best = bestEpoch(history, scoring)!.metrics.epoch
                expect(await folders(n).epochIn(join(checkpointDir, 'best'))).toBe(best)
              }
            } catch (error) {
              if (!(error instanceof Crash)) throw error
              ;[until = Infinity, ...later] = later
            }
          }
        } finally {
          await rm(checkpointDir, { recursive: true, force: true })
        }
      },
    ),
    { numRuns: 25 },
  )
})

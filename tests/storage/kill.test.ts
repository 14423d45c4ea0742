import { expect, it } from 'vitest'
import { isFinished } from '../../src/record/trial.js'
import { openStore, readStudy } from '../../src/storage/index.js'
import { newDocument, temporaryStudy } from './fixtures.js'
import { otherProcess } from './processes.js'

/**
 * Asks, starts and finishes trials without pause, and prints the number of each whose end is safe
 * on disk.
 */
const writer = `
const [dir, initial, wholeBelow] = args
const store = await storage.openStore(dir, () => JSON.parse(initial), { wholeBelow: Number(wholeBelow) })
const asked = number => ({ number, params: { learningRate: 0.1 }, basis: { finished: [], running: [] }, leader: number, rationale: null })
const put = trial => store.update(document => ({ ...document, trials: [...document.trials.slice(0, trial.number), trial, ...document.trials.slice(trial.number + 1)] }))
for (let number = store.document.trials.length; ; number++) {
  const running = { ...asked(number), state: 'running', attempt: 1, startedAt: 'now', device: 'cpu' }
  await put(running)
  for (let epoch = 1; epoch <= 3; epoch++) await store.appendEpoch(number, 1, { epoch, loss: 1, valLoss: Math.random(), learningRate: 1, tokens: 1, seconds: 1 })
  await put({ ...running, state: 'failed', endedAt: 'now', seconds: Math.random(), epochsRun: 3, failure: { kind: 'crashed', message: 'x'.repeat(200) } })
  console.log(number)
}
`

it.each([
  ['written whole', 1e9],
  ['through the journal', 0],
])(
  'killed at any moment, a study %s has every trial that was finished, byte for byte',
  async (_, wholeBelow) => {
    const dir = temporaryStudy()
    let kept: readonly string[] = []
    for (let kill = 0; kill < 4; kill++) {
      const child = otherProcess(writer, dir, JSON.stringify(newDocument()), String(wholeBelow))
      const ended = new Promise(resolve => child.on('exit', resolve))
      let told = ''
      child.stdout!.on('data', chunk => void (told += String(chunk)))
      while (told.split('\n').length < 3) await new Promise(resolve => setTimeout(resolve, 5))
      await new Promise(resolve => setTimeout(resolve, Math.random() * 30))
      child.kill('SIGKILL')
      await ended
      const { document, epochs, live } = await readStudy(dir)
      const finished = document.trials
        .filter(isFinished)
        .map(trial => JSON.stringify([trial, epochs.get(trial.number)]))
      expect(live).toBe(false)
      expect(finished.slice(0, kept.length)).toEqual(kept)
      expect(finished.length).toBeGreaterThan(Number(told.trimEnd().split('\n').at(-1)))
      for (const trial of document.trials.filter(isFinished))
        expect(epochs.get(trial.number)).toHaveLength(3)
      kept = finished
      // A trial that was running when its manager died is finished by the next one; here it is
      // given up.
      const store = await openStore(dir)
      await store.update(now => ({ ...now, trials: now.trials.filter(isFinished) }))
      await store.close()
    }
  },
  60_000,
)

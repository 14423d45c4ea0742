import { describe, expect, it } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import type { TrialRecord } from '../../src/record/trial.js'
import type { StudyStore } from '../../src/storage/store.js'
import { complete, metrics, newDocument, running, waiting } from './fixtures.js'

const add = (trial: TrialRecord) => (document: StudyDocument) => ({
  ...document,
  trials: [...document.trials, trial],
})
const set = (trial: TrialRecord) => (document: StudyDocument) => ({
  ...document,
  trials: document.trials.map(other => (other.number === trial.number ? trial : other)),
})

/** What holds for every place where a study's record is kept. @param open an empty store */
export function storeContract(
  name: string,
  open: (initial: () => StudyDocument) => Promise<StudyStore>,
): void {
  describe(`the record of a study ${name}`, () => {
    it('begins with the document that it is given', async () => {
      const store = await open(newDocument)
      expect(store.document).toEqual(newDocument())
      expect(store.epochs(0)).toEqual([])
      expect(store.checkpoints(0)).toEqual([])
      await store.close()
    })

    it('refuses a first document that could not be read again', async () => {
      await expect(open(() => ({ ...newDocument(), seconds: Number.NaN }))).rejects.toThrow(
        'seconds: is null, not of type number',
      )
    })

    it('carries changes out in the order of the calls, each seeing the one before', async () => {
      const store = await open(newDocument)
      await Promise.all(
        Array.from({ length: 20 }, () =>
          store.update(document => add(waiting(document.trials.length))(document)),
        ),
      )
      expect(store.document.trials.map(({ number }) => number)).toEqual(
        Array.from({ length: 20 }, (_, number) => number),
      )
      await store.close()
    })

    it('leaves everything as it was when a change is refused or throws', async () => {
      const store = await open(newDocument)
      await store.update(add(complete(0)))
      const before = store.document
      await expect(store.update(set(complete(0, 1)))).rejects.toThrow(
        'trial 0 is finished and never changes',
      )
      await expect(store.update(add(waiting(3)))).rejects.toThrow('trial 3 is in place 1')
      await expect(
        store.update(() => {
          throw new Error('no change')
        }),
      ).rejects.toThrow('no change')
      expect(store.document).toBe(before)
      await store.update(add(waiting(1)))
      expect(store.document.trials).toHaveLength(2)
      await store.close()
    })

    it('keeps epochs in order, the newest attempt’s, and none of a trial that has ended', async () => {
      const store = await open(newDocument)
      await store.update(add(running(0, 2)))
      await store.appendEpoch(0, 2, metrics(2, 5))
      await store.appendEpoch(0, 2, metrics(1, 6))
      await store.appendEpoch(0, 1, metrics(1, 7))
      await store.appendEpoch(0, 2, metrics(2, 4))
      expect(store.epochs(0)).toEqual([metrics(1, 6), metrics(2, 4)])
      await store.update(set(complete(0)))
      await store.appendEpoch(0, 2, metrics(3, 3))
      expect(store.epochs(0)).toHaveLength(2)
      await expect(store.appendEpoch(1, 1, metrics(1))).rejects.toThrow('there is no trial 1')
      await store.close()
    })

    it('takes no change once it is closed, and may be closed twice', async () => {
      const store = await open(newDocument)
      await store.close()
      await store.close()
      await expect(store.update(document => document)).rejects.toThrow('is closed')
    })
  })
}

import { expect, it, onTestFinished } from 'vitest'
import { Interrupt } from '../../src/cli/interrupt.js'
import { UnsavedEpochs } from '../../src/cli/unsaved-epochs.js'
import type { StudyEvent } from '../../src/study/index.js'

it('is aborted by the first signal, and leaves at the second', () => {
  const messages: string[] = []
  const interrupt = new Interrupt(
    {
      stopping: () => messages.push('stopping'),
      leaving: () => messages.push('leaving'),
    },
    code => messages.push(`exit ${code}`),
  )
  onTestFinished(() => interrupt.close())
  expect(interrupt.signal.aborted).toBe(false)
  process.emit('SIGINT', 'SIGINT')
  expect(interrupt.signal.aborted).toBe(true)
  expect(messages).toEqual(['stopping'])
  process.emit('SIGINT', 'SIGINT')
  expect(messages).toEqual(['stopping', 'leaving', 'exit 130'])
})

it('leaves with 143 when the second signal is SIGTERM', () => {
  const codes: number[] = []
  const interrupt = new Interrupt({ stopping() {}, leaving() {} }, code => codes.push(code))
  onTestFinished(() => interrupt.close())
  process.emit('SIGHUP', 'SIGHUP')
  process.emit('SIGTERM', 'SIGTERM')
  expect(codes).toEqual([143])
})

it('an exit at once loses the running epoch of each running trial', () => {
  let now = 0
  const unsaved = new UnsavedEpochs(() => now)
  const send = (event: object): void => unsaved.listen(event as StudyEvent)
  expect(unsaved.describe()).toBeNull()
  send({ type: 'trial-started', trial: { number: 3 } })
  send({ type: 'trial-started', trial: { number: 4 } })
  send({ type: 'trial-started', trial: { number: 5 } })
  now = 2000
  send({ type: 'epoch', trial: 3, metrics: { epoch: 1 } })
  send({ type: 'progress', trial: 4, epoch: 6 })
  send({ type: 'trial-finished', trial: { number: 5 } })
  now = 63_000
  expect(unsaved.describe()).toBe('Lost: epoch 2 of trial 3 (61 s), epoch 6 of trial 4 (63 s).')
  send({ type: 'trial-paused', trial: { number: 4 } })
  send({ type: 'trial-started', trial: { number: 6 } })
  expect(unsaved.describe()).toMatch(/, the running epoch of trial 6 \(0 s\)\.$/)
})

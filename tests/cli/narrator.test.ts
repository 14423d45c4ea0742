import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Bars } from '../../src/cli/bars.js'
import { Narrator } from '../../src/cli/narrator.js'
import type { CompleteTrial, RunningTrial } from '../../src/record/trial.js'
import type { StudyEvent } from '../../src/study/index.js'
import { studyFixture } from '../fixtures/study/study.js'

const { document } = studyFixture()
const complete = document.trials[9] as CompleteTrial
const running = document.trials[12] as RunningTrial
type Phase = Extract<StudyEvent, { type: 'phase' }>['phase']

/** A narrator that writes down what it prints and what its bars show. */
function narrator() {
  const printed: string[] = []
  const shown: string[] = []
  const bars: Bars = {
    slot: (slot, share, text) => shown.push(`slot ${slot} ${share} ${text}`),
    idle: slot => shown.push(`idle ${slot}`),
    search: (share, text) => shown.push(`search ${share.toFixed(2)} ${text}`),
    line: text => shown.push(`line ${stripVTControlCharacters(text)}`),
    close: () => shown.push('close'),
  }
  const narrator = new Narrator(
    slots => {
      shown.push(`open ${slots}`)
      return bars
    },
    text => printed.push(stripVTControlCharacters(text)),
  )
  const enter = (phase: Phase) => narrator.on({ type: 'phase', phase, document, slots: 2 })
  return { narrator, enter, printed, shown }
}

describe('the narrator', () => {
  it('prints lines until the search begins, shows bars during it, and prints lines after it', () => {
    const { narrator: it, enter, shown } = narrator()
    expect(it.state).toBe('lines')
    enter('prepare')
    enter('ask-before')
    expect(it.state).toBe('lines')
    enter('search')
    expect(it.state).toBe('bars')
    expect(shown).toEqual(['open 2'])
    enter('export')
    expect(it.state).toBe('lines')
    expect(shown.at(-1)).toBe('close')
  })

  it('prints above the bars while there are any', () => {
    const { narrator: it, enter, printed, shown } = narrator()
    it.on({ type: 'note', message: 'first' })
    enter('search')
    it.on({ type: 'note', message: 'second' })
    expect(printed).toContain('first')
    expect(printed).not.toContain('second')
    expect(shown.at(-1)).toBe('line second')
  })

  it('closes its bars once, however often it is closed', () => {
    const { narrator: it, enter, shown } = narrator()
    it.close()
    enter('search')
    it.close()
    it.close()
    expect(shown.filter(text => text === 'close')).toHaveLength(1)
    expect(it.state).toBe('lines')
  })

  it('shows a trial in its slot from start to end, and the progress of the search', () => {
    const { narrator: it, enter, shown } = narrator()
    enter('search')
    it.on({ type: 'trial-started', trial: { ...running, number: 9 }, slot: 1 })
    expect(shown.at(-1)).toMatch(/^slot 1 0 trial 9 {2}.*learning rate/)
    it.on({
      type: 'progress',
      trial: 9,
      slot: 1,
      epoch: 2,
      epochs: 4,
      step: 5,
      steps: 10,
      loss: 1.5,
    })
    expect(shown.at(-1)).toBe('slot 1 0.375 trial 9  epoch 2 of 4  loss 1.5000')
    it.on({ type: 'trial-finished', trial: complete, isBestSoFar: true })
    const [idle, line, search] = shown.slice(-3)
    expect(idle).toBe('idle 1')
    expect(line).toMatch(/^line {3}trial 9 .*still improving.*★ best so far$/)
    expect(search).toMatch(/^search 0\.07 1 of 14 trials · best 0\.8\d+ \(trial 9\) · /)
  })

  it('counts the trials of an earlier session when it is resumed', () => {
    const { narrator: it, enter, printed, shown } = narrator()
    it.on({ type: 'resumed', document, finished: 12, paused: 0, continued: 2 })
    expect(printed.join()).toContain(
      '12 of 14 trials finished, 2 continue from their last checkpoint',
    )
    enter('search')
    it.on({ type: 'trial-finished', trial: { ...complete, number: 12 }, isBestSoFar: false })
    expect(shown.at(-1)).toMatch(/^search 0\.93 13 of 14 trials/)
  })
})

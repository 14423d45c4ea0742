import colors from 'picocolors'
import type { StudyDocument } from '../record/document.js'
import { english, format, progressShare } from '../report/index.js'
import type { StudyEvent } from '../study/index.js'
import { openBars, type Bars } from './bars.js'
import { phaseLines, resumedLine } from './phase-lines.js'
import { SearchProgress } from './search-progress.js'
import { terminalWidth, wrapLine } from './terminal-width.js'
import { finishedLine, objectiveText, params, pausedLine } from './trial-lines.js'
import { print } from './print.js'

/** What the narrator shows: lines alone, or bars with lines above them. */
type State = { readonly name: 'lines' } | { readonly name: 'bars'; readonly bars: Bars }

const LINES: State = { name: 'lines' }

/** Prints the events of a study for a person at a terminal, in their order. */
export class Narrator {
  #state: State = LINES
  #document: StudyDocument | undefined
  readonly #search = new SearchProgress()
  readonly #slots = new Map<number, number>()
  readonly #open: (slots: number) => Bars
  readonly #print: (text: string) => void

  constructor(open: (slots: number) => Bars = openBars, write: (text: string) => void = print) {
    this.#open = open
    this.#print = write
  }

  get state(): State['name'] {
    return this.#state.name
  }

  /** Ends the bars; the narrator goes on with lines. */
  readonly close = (): void => {
    if (this.#state.name === 'bars') this.#state.bars.close()
    this.#state = LINES
  }

  readonly on = (event: StudyEvent): void => {
    switch (event.type) {
      case 'resumed':
        this.#document = event.document
        this.#search.resume(event.document)
        return this.#line(colors.cyan(resumedLine(event)))
      case 'phase':
        return this.#enterPhase(event)
      case 'trial-started':
        this.#slots.set(event.trial.number, event.slot)
        this.#search.start(event.trial)
        return this.#bars?.slot(
          event.slot,
          0,
          `trial ${event.trial.number}  ${colors.dim(params(event.trial.params))}`,
        )
      case 'progress':
        return this.#bars?.slot(
          event.slot,
          (event.epoch - 1 + event.step / Math.max(1, event.steps)) / event.epochs,
          `trial ${event.trial}  epoch ${event.epoch} of ${event.epochs}  loss ` +
            `${format.loss(event.loss)}`,
        )
      case 'epoch':
        this.#search.addEpoch(event.trial, event.metrics)
        return this.#showProgress()
      case 'trial-paused':
        this.#search.pause(event.trial)
        return this.#free(
          event.trial.number,
          pausedLine(event.trial, event.isBestSoFar, this.#document?.spec),
        )
      case 'trial-finished':
        this.#search.finish(event.trial)
        return this.#free(
          event.trial.number,
          finishedLine(event.trial, event.isBestSoFar, this.#document?.spec),
        )
      case 'host-died':
        return this.#line(
          colors.yellow(
            `  the process of ${event.device} died (${event.message}); trial ` +
              `${event.trials.join(', ')} continues from its last checkpoint`,
          ),
        )
      case 'note':
        return this.#line(event.message)
    }
  }

  get #bars(): Bars | undefined {
    return this.#state.name === 'bars' ? this.#state.bars : undefined
  }

  #enterPhase(event: Extract<StudyEvent, { type: 'phase' }>): void {
    this.#document = event.document
    if (event.phase !== 'search') this.close()
    for (const line of phaseLines(event)) this.#line(line)
    if (event.phase === 'search')
      this.#state = { name: 'bars', bars: this.#open(event.slots ?? event.document.spec.slots) }
  }

  /** A trial has left its slot. */
  #free(trial: number, line: string): void {
    this.#bars?.idle(this.#slots.get(trial) ?? 0)
    this.#line(`  ${line}`)
    this.#showProgress()
  }

  #showProgress(): void {
    if (!this.#document) return
    const { spec } = this.#document
    const progress = this.#search.progress(spec)
    const best = this.#search.best(spec)
    const { done, of } = progressShare(progress)
    const text = [
      english.status.progress(progress),
      best && `best ${objectiveText(best.objective, spec)} (trial ${best.number})`,
      progress.secondsLeft !== null && `${format.estimate(progress.secondsLeft, english)} left`,
    ]
    this.#bars?.search(done / of, text.filter(Boolean).join(' · '))
  }

  #line(text: string): void {
    const lines = text
      .split('\n')
      .map(line => wrapLine(line, terminalWidth()))
      .join('\n')
    if (this.#state.name === 'bars') this.#state.bars.line(lines)
    else this.#print(lines)
  }
}

import type { StudyEvent } from '../study/index.js'

/** The epoch that each running trial is in: what an exit at once loses. */
export class UnsavedEpochs {
  /** By trial; the number is null until the training reports one. */
  readonly #running = new Map<number, { readonly epoch: number | null; readonly began: number }>()

  /** @param now clock in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  readonly listen = (event: StudyEvent): void => {
    switch (event.type) {
      case 'trial-started':
        this.#running.set(event.trial.number, { epoch: null, began: this.now() })
        return
      case 'progress': {
        const began = this.#running.get(event.trial)?.began ?? this.now()
        this.#running.set(event.trial, { epoch: event.epoch, began })
        return
      }
      case 'epoch':
        this.#running.set(event.trial, { epoch: event.metrics.epoch + 1, began: this.now() })
        return
      case 'trial-paused':
      case 'trial-finished':
        this.#running.delete(event.trial.number)
        return
      default:
    }
  }

  /** In a sentence; null if no trial runs. */
  describe(): string | null {
    if (this.#running.size === 0) return null
    const epochs = [...this.#running].map(([trial, { epoch, began }]) => {
      const seconds = Math.round((this.now() - began) / 1000)
      const which = epoch === null ? 'the running epoch' : `epoch ${epoch}`
      return `${which} of trial ${trial} (${seconds} s)`
    })
    return `Lost: ${epochs.join(', ')}.`
  }
}

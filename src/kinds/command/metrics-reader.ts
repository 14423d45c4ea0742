import { readLine, type MetricsLine } from './metrics-line.js'
import { plainText } from './printed-objects.js'

/** What a study acts on. */
export type Metrics = Extract<MetricsLine, { readonly kind: 'epoch' | 'progress' }>

interface NearLine {
  readonly text: string
  readonly problem: string
  readonly rank: number
}

/** Lines over which an object may stretch. */
const BLOCK = 60
/** Characters of a line that an error quotes. */
const QUOTED = 160

/**
 * Reads the lines of a program, one after the other: joins objects that are printed over several
 * lines, carries the training loss of an epoch over to the line with its validation loss, and
 * remembers what came near to metrics.
 */
export class MetricsReader {
  #block: string[] = []
  #training: Extract<MetricsLine, { kind: 'training' }> | null = null
  #near: NearLine[] = []

  /** @returns null for what a program prints otherwise */
  read(printed: string): Metrics | null {
    const text = plainText(printed)
    const line = this.#joined(text)
    if (!line) return null
    switch (line.kind) {
      case 'progress':
        return line
      case 'training':
        this.#training = line
        this.#remember(text, 1, 'it has no validation loss')
        return null
      case 'near':
        this.#remember(text, line.rank, line.problem)
        return null
      case 'epoch':
        return this.#withTrainingLoss(line)
    }
  }

  /** The lines nearest to metrics with what each lacks, for an error; empty if there is none. */
  get nearest(): readonly string[] {
    return this.#near.map(({ text, problem }) => {
      const line = text.trim()
      return `"${line.length > QUOTED ? `${line.slice(0, QUOTED)}…` : line}" (${problem})`
    })
  }

  #joined(text: string): MetricsLine {
    if (this.#block.length === 0) {
      if (/[{]\s*$/.test(text) && !/[}]/.test(text)) this.#block = [text]
      return this.#block.length > 0 ? null : readLine(text)
    }
    this.#block.push(text)
    const joined = this.#block.join(' ')
    const open = joined.split('{').length - joined.split('}').length
    if (open > 0 && this.#block.length < BLOCK) {
      // A line that is complete in itself is no part of an object.
      const own = /^\s*\{.*\}\s*$/.test(text) ? readLine(text) : null
      if (own?.kind !== 'epoch') return null
      this.#block = []
      return own
    }
    this.#block = []
    return open > 0 ? null : readLine(joined)
  }

  /** Hugging Face's Trainer prints the losses of training and validation in two lines. */
  #withTrainingLoss(line: Extract<Metrics, { kind: 'epoch' }>): Metrics {
    const { report } = line
    const training = this.#training
    if (!training || training.epoch > report.epoch || training.epoch <= report.epoch - 1)
      return line
    const { loss, learningRate } = training
    return {
      ...line,
      report: {
        ...report,
        loss: report.loss ?? (Number.isFinite(loss) ? loss : null),
        learningRate: report.learningRate ?? learningRate,
      },
    }
  }

  /** The two last of the nearest. */
  #remember(text: string, rank: number, problem: string): void {
    const highest = Math.max(rank, ...this.#near.map(near => near.rank))
    this.#near = [...this.#near, { text: text.slice(0, QUOTED + 1), problem, rank }]
      .filter(near => near.rank === highest)
      .slice(-2)
  }
}

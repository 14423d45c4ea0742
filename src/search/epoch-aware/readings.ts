import type { Params } from '../../space/parameter.js'
import { encodeAll, type Encoding } from '../gaussian-process/encoding.js'
import { momentOf, type Readings } from './joint.js'

/** What is known of one trial. */
export interface KnownCurve {
  readonly params: Params
  /** Losses by epoch without their noise. */
  readonly losses: readonly number[]
  /**
   * What it shows is what it would come to at the last epoch; so it is taken for one that failed.
   */
  readonly ended: boolean
  /** Only where it stands is read, not how it came there. */
  readonly brief: boolean
}

/** What a running trial is taken to come to; `mean` is standardised. */
export interface ExpectedReading {
  readonly params: Params
  readonly epoch: number
  readonly mean: number
}

export interface ReadingOptions {
  readonly encoding: Encoding
  /** Ascending epochs at which curves are read. */
  readonly stages: readonly number[]
  readonly maxEpochs: number
  readonly standardise: (loss: number) => number
}

/**
 * The curves at the stages they have reached. The loss itself and not the best so far: a curve that
 * climbs before it falls is still on its way, and a model of the best so far would take it for
 * finished.
 */
export function readingsOf(
  curves: readonly KnownCurve[],
  { encoding, stages, maxEpochs, standardise }: ReadingOptions,
  expected: readonly ExpectedReading[] = [],
): Readings {
  const epochs = new Map<number, number>()
  const trial: number[] = []
  const moment: number[] = []
  const y: number[] = []
  const read = (i: number, epoch: number, value: number) => {
    if (!epochs.has(epoch)) epochs.set(epoch, epochs.size)
    trial.push(i)
    moment.push(epochs.get(epoch)!)
    y.push(value)
  }
  curves.forEach(({ losses, ended, brief }, i) => {
    if (!brief)
      for (const stage of stages.filter(stage => stage < losses.length))
        read(i, stage, standardise(losses[stage - 1]!))
    read(i, ended ? maxEpochs : losses.length, standardise(losses.at(-1)!))
  })
  expected.forEach(({ epoch, mean }, i) => read(curves.length + i, epoch, mean))
  const moments = [...epochs.keys()].map(epoch => momentOf(epoch, maxEpochs))
  const x = encodeAll(
    encoding,
    [...curves, ...expected].map(({ params }) => params),
  )
  return {
    x,
    trials: curves.length + expected.length,
    trial: Int32Array.from(trial),
    moment: Int32Array.from(moment),
    moments,
    y: Float64Array.from(y),
  }
}

/** The readings of the first trials only. */
export function readingsOfFirst(readings: Readings, count: number): Readings {
  const columns = readings.x.length / readings.trials
  const rows = [...readings.trial.keys()].filter(row => readings.trial[row]! < count)
  return {
    ...readings,
    x: readings.x.subarray(0, count * columns),
    trials: count,
    trial: Int32Array.from(rows, r => readings.trial[r]!),
    moment: Int32Array.from(rows, r => readings.moment[r]!),
    y: Float64Array.from(rows, r => readings.y[r]!),
  }
}

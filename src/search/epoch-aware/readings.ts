import type { Curve } from '../../record/curve.js'
import type { Params } from '../../space/parameter.js'
import { encodeAll, type Encoding } from '../gaussian-process/encoding.js'
import { epochMoment, type Readings } from './joint.js'

/** A trial as the joint model reads it; `losses` are smoothed. */
export interface ModelCurve extends Pick<Curve, 'params' | 'losses'> {
  /** Its last loss counts as that of the last possible epoch, as for a failed trial. */
  readonly atEnd: boolean
  /** Only its last loss is read. */
  readonly lastOnly: boolean
}

/** The imputed loss of a running trial; `mean` is standardized. */
export interface Fantasy {
  readonly params: Params
  readonly epoch: number
  readonly mean: number
}

export interface ReadingOptions {
  readonly encoding: Encoding
  /** Ascending epochs at which curves are read. */
  readonly stages: readonly number[]
  readonly maxEpochs: number
  readonly standardize: (loss: number) => number
}

/**
 * The losses of the curves at the stages they have reached. The loss itself and not the best so
 * far: for a model of the best so far, a curve that climbs before it falls would be finished.
 */
export function readCurves(
  curves: readonly ModelCurve[],
  { encoding, stages, maxEpochs, standardize }: ReadingOptions,
  fantasies: readonly Fantasy[] = [],
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
  curves.forEach(({ losses, atEnd, lastOnly }, i) => {
    if (!lastOnly)
      for (const stage of stages.filter(stage => stage < losses.length))
        read(i, stage, standardize(losses[stage - 1]!))
    read(i, atEnd ? maxEpochs : losses.length, standardize(losses.at(-1)!))
  })
  fantasies.forEach(({ epoch, mean }, i) => read(curves.length + i, epoch, mean))
  const moments = [...epochs.keys()].map(epoch => epochMoment(epoch, maxEpochs))
  const x = encodeAll(
    encoding,
    [...curves, ...fantasies].map(({ params }) => params),
  )
  return {
    x,
    trials: curves.length + fantasies.length,
    trial: Int32Array.from(trial),
    moment: Int32Array.from(moment),
    moments,
    y: Float64Array.from(y),
  }
}

/** The readings of the first trials only. */
export function firstReadings(readings: Readings, count: number): Readings {
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

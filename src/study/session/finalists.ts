import { existsSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../../errors.js'
import type { MeasureResult } from '../../record/job.js'
import { pairedError, ratioError } from '../../overfit/index.js'
import type { ExampleLoss, FinalistRecord, MeasuredLoss } from '../../record/finalist.js'
import type { CompleteTrial } from '../../record/trial.js'
import { testFinalists } from '../../report/index.js'
import { replaceStudyFile } from '../../storage/index.js'
import { measuredPath } from '../../storage/paths.js'
import { bestCheckpoint } from './export.js'
import type { Session } from './session.js'
import { runAgain } from './pool.js'

/**
 * How far, relatively, the validation loss of a checkpoint may be from the recorded one: the same
 * arithmetic, perhaps on another engine.
 */
const TOLERANCE = 1e-3

/**
 * Measures the finalists on the test split, from the checkpoints of the epochs that they count by.
 * What is measured stays so: a study that is broken off, or goes on with more trials, measures only
 * those that are new among the finalists.
 *
 * @throws UserError where a checkpoint does not have the validation loss that its trial recorded
 */
export async function measureFinalists({
  store,
  pool,
  on,
  signal,
}: Omit<Session, 'decide'>): Promise<void> {
  const { task, seed } = store.document.spec
  if (!store.document.preparation?.data.test) return
  const losses = new Map<number, readonly ExampleLoss[]>()
  for (const { trial, epoch } of store.document.finalists ?? []) {
    const earlier = readMeasured(store.dir, trial)
    if (earlier?.epoch === epoch) losses.set(trial, earlier.test)
  }
  const due = testFinalists(store.document).filter(({ number }) => !losses.has(number))
  if (due.length === 0 || signal.aborted) return
  on({ type: 'phase', phase: 'test', document: store.document })
  const measure = async (trial: CompleteTrial): Promise<void> => {
    if (signal.aborted) return
    const { number, bestEpoch: epoch } = trial
    const checkpoint = bestCheckpoint(store.dir, store.document, trial)
    const measured = await runAgain(pool, { kind: 'measure', task, seed, checkpoint })
    check(
      store.epochs(trial.leader).find(metrics => metrics.epoch === epoch)?.valLoss ??
        trial.objective,
      measured,
      checkpoint,
    )
    await writeMeasured(store.dir, number, { epoch, ...measured })
    await store.update(document => {
      const others = (document.finalists ?? []).filter(finalist => finalist.trial !== number)
      losses.set(number, measured.test)
      return {
        ...document,
        finalists: [...others, finalistRecord(trial, measured, others, losses)],
      }
    })
  }
  const outcomes = await Promise.allSettled(due.map(measure))
  const failed = outcomes.find(outcome => outcome.status === 'rejected')
  if (failed) throw failed.reason
}

function finalistRecord(
  { number, bestEpoch }: CompleteTrial,
  { validation, test }: MeasureResult,
  others: readonly FinalistRecord[],
  losses: ReadonlyMap<number, readonly ExampleLoss[]>,
): FinalistRecord {
  const against = others.flatMap(({ trial }) => {
    const examples = losses.get(trial)
    return examples?.length === test.length && test.length > 1
      ? [{ trial, error: pairedError(test, examples) }]
      : []
  })
  return {
    trial: number,
    epoch: bestEpoch,
    validation: meanLoss(validation),
    test: meanLoss(test),
    against,
  }
}

/** One example alone has no error that could be known: it could as well be anything. */
function meanLoss(examples: readonly ExampleLoss[]): MeasuredLoss {
  const loss =
    examples.reduce((sum, example) => sum + example.loss, 0) /
    examples.reduce((sum, { tokens }) => sum + tokens, 0)
  return { loss, error: examples.length > 1 ? ratioError(examples) : loss }
}

function check(recorded: number, { validation }: MeasureResult, checkpoint: string): void {
  const { loss } = meanLoss(validation)
  if (Math.abs(loss - recorded) <= TOLERANCE * Math.abs(recorded)) return
  throw new UserError(
    checkpoint,
    `measures a validation loss of ${loss} where ${recorded} was recorded`,
    'Check that model and data are still the ones that the study was run on',
  )
}

interface Measured extends MeasureResult {
  readonly epoch: number
}

async function writeMeasured(dir: string, trial: number, measured: Measured): Promise<void> {
  const path = measuredPath(dir, trial)
  await mkdir(dirname(path), { recursive: true })
  await replaceStudyFile(path, `${JSON.stringify(measured)}\n`)
}

/** @returns null where it was never written, or is damaged: then it is measured again */
function readMeasured(dir: string, trial: number): Measured | null {
  try {
    const path = measuredPath(dir, trial)
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Measured) : null
  } catch {
    return null
  }
}

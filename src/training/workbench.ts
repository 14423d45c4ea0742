import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine, State } from '../compile/engine.js'
import type { HostTensor, Named } from '../compile/program.js'
import { requireVerified } from '../compile/verification-cache.js'
import { localPath } from '../hub/index.js'
import type { FinetuneTask } from '../record/study.js'
import { LoadingCache } from '../util/loading-cache.js'
import { paddedBatches, bucketLengths, type Batch } from '../dataset/batches.js'
import { loadDataset, loadExamples, type Dataset } from '../dataset/dataset.js'
import type { Example } from '../dataset/example.js'
import { findSources } from '../dataset/sources.js'
import { openModel, readWeights, type ModelFolder } from '../model-folder/open-model.js'
import { runnablesOn, type Runnables } from '../decoder/runnables.js'
import { lastQuestions, type Question } from './score/questions.js'
import { evaluateModel } from './evaluate.js'
import { optional } from '../util/optional.js'

export interface LoadedModel {
  readonly folder: ModelFolder
  readonly weights: Named<HostTensor>
  /** The weights, with the engine; only read. */
  readonly state: State
  readonly runnables: Runnables
}

export interface LoadedData {
  readonly dataset: Dataset
  /** Lengths that batches of training are padded to. */
  readonly lengths: readonly number[]
  readonly validation: readonly Batch[]
  /** Empty where the study has no test split. */
  readonly test: readonly Batch[]
  /** Trained tokens in them: what a validation loss is a mean over. */
  readonly validationTokens: number
  /** Validation loss of the model before any training, nats per token. */
  readonly valLoss: number
}

/**
 * An engine, and what the jobs before left ready on it: a study's trials share model, data and
 * programs.
 */
export interface Workbench {
  readonly engine: Engine
  model(dir: string): Promise<LoadedModel>
  /** Loads a model from its files, whatever was kept, and keeps nothing of it. */
  once<T>(dir: string, use: (model: LoadedModel) => Promise<T>): Promise<T>
  data(task: FinetuneTask, seed: number): Promise<LoadedData>
  /**
   * Questions and answers that a model is scored by: of the study's test set, else of what is held
   * back.
   */
  questions(task: FinetuneTask, seed: number): Promise<readonly Question[]>
  dispose(): Promise<void>
}

/** Models kept: the one that is tuned and the one that was exported. */
const MODELS = 2
/** Data sets kept. */
const DATA = 2
/**
 * Rows of a batch that is only evaluated: always the same, so that losses of trials are comparable
 * to the last bit.
 */
const ROWS = 8

export function workbenchOn(engine: Engine): Workbench {
  const programs = new LoadingCache<Runnables>(MODELS, runnables => runnables.dispose())
  const models = new LoadingCache<LoadedModel>(MODELS, ({ state }) => state.dispose())
  const data = new LoadingCache<LoadedData>(DATA)
  const questions = new LoadingCache<readonly Question[]>(DATA)

  const load = async (dir: string): Promise<LoadedModel> => {
    const folder = await openModel(dir)
    const weights = await readWeights(folder)
    // Programs know the shapes alone: a model and its tuned copy share them
    const runnables = await programs.get(JSON.stringify(folder.config), () =>
      Promise.resolve(runnablesOn(engine, sample => requireVerified(sample, engine))),
    )
    return { folder, weights, runnables, state: await engine.createState(weights) }
  }
  const model = async (dir: string): Promise<LoadedModel> =>
    models.get(await fileStamp(dir), () => load(dir))

  const bench: Workbench = {
    engine,
    model,
    async once(dir, use) {
      const loaded = await load(dir)
      try {
        return await use(loaded)
      } finally {
        loaded.state.dispose()
      }
    },
    async data(task, seed) {
      const { model: dir, validation, test, training, columns } = task
      const own = typeof test === 'object' ? await dataStamps(test.data) : test
      const key = JSON.stringify([
        await fileStamp(dir),
        await dataStamps(task.data),
        columns,
        validation,
        own,
        training.maxLength,
        seed,
      ])
      return data.get(key, async () => loadData(await model(dir), task, seed))
    },
    async questions(task, seed) {
      const { model: dir, training, columns } = task
      const { score } = training
      if (!score) return []
      const { data: source, examples } = score
      const { tokenizer } = (await model(dir)).folder
      const opening = tokenizer.encode(tokenizer.promptOpening, { addSpecial: false })
      if (source === undefined)
        return lastQuestions((await bench.data(task, seed)).dataset.validation, examples, opening)
      const key = JSON.stringify([
        await fileStamp(dir),
        await dataStamps(source),
        columns,
        training.maxLength,
        examples,
      ])
      return questions.get(key, async () =>
        lastQuestions(
          await loadExamples({ data: source, training, ...optional({ columns }) }, tokenizer),
          examples,
          opening,
        ),
      )
    },
    async dispose() {
      await data.clear()
      await questions.clear()
      await models.clear()
      await programs.clear()
      await engine.dispose()
    },
  }
  return bench
}

/** Loads the data as this model reads it, and measures the model on it. */
export async function loadData(
  { folder, runnables, state }: LoadedModel,
  task: FinetuneTask,
  seed: number,
): Promise<LoadedData> {
  const dataset = await loadDataset(task, folder.tokenizer, seed)
  const { train } = dataset
  const validation = measuringBatches(dataset.validation)
  const { loss, count } = await evaluateModel(runnables, folder.config, state, validation)
  return {
    dataset,
    lengths: bucketLengths(train),
    validation,
    test: measuringBatches(dataset.test),
    validationTokens: count,
    valLoss: loss / count,
  }
}

function measuringBatches(examples: readonly Example[]): readonly Batch[] {
  return paddedBatches(examples, {
    batchSize: ROWS,
    lengths: bucketLengths(examples),
    order: Int32Array.from(examples, (_, i) => i),
  })
}

/** Of every file that a data set is read from. */
async function dataStamps(data: FinetuneTask['data']): Promise<string[]> {
  return Promise.all((await findSources(data)).files.map(fileStamp))
}

/** Changes when a file, or a file in the folder, does. */
async function fileStamp(name: string): Promise<string> {
  const path = localPath(name)
  const found = await stat(path).catch(() => null)
  if (!found?.isDirectory()) return JSON.stringify([path, found?.size, found?.mtimeMs])
  const files = (await readdir(path)).sort()
  const stats = await Promise.all(files.map(file => stat(join(path, file))))
  return JSON.stringify([path, files.map((file, i) => [file, stats[i]!.size, stats[i]!.mtimeMs])])
}

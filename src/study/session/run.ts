import { UserError } from '../../errors.js'
import type { FetchOptions, FetchProgress } from '../../hub/index.js'
import type { StudyDocument, StudyState } from '../../record/document.js'
import { trialKind } from '../../kinds/index.js'
import type { StudySpec } from '../../record/study.js'
import { isFinished } from '../../record/trial.js'
import { DiskFull, openStore } from '../../storage/index.js'
import { hostLogPath } from '../../storage/paths.js'
import type { StudyStore } from '../../storage/store.js'
import type { PoolOptions } from '../../trial/pool.js'
import { openDefinition } from '../create.js'
import { equalBatchesNote, withoutEqualBatches } from '../equal-batches.js'
import type { DecisionInput } from '../decision/decide.js'
import { Decider } from '../decision/decider.js'
import { trialPlan, trialsPlanned } from '../decision/plan.js'
import { checkStrategies, type Strategies } from '../decision/strategies.js'
import type { Listener } from '../events.js'
import { adopt, newDocument, takeEvidence, type AdoptRequest } from './adopt.js'
import { exportBest } from './export.js'
import { fetchMissing } from './fetch-inputs.js'
import { measureFinalists } from './finalists.js'
import { ElasticPool } from './elastic-pool.js'
import type { SearchEnd } from '../trials/end.js'
import { ManagedRun, published } from './managed-run.js'
import type { Session } from './session.js'
import { Mutex } from '../../util/mutex.js'
import { retrainFinalists } from './retrain.js'
import { openPool, runAgain, untilAborted } from './pool.js'
import { needsSingleSlot } from '../../trial/environment.js'
import { askProbes } from './probes.js'
import { recordEstimates } from './estimates.js'

export interface RunRequest extends AdoptRequest {
  readonly name: string
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
  readonly onEvent?: Listener | undefined
  /** Told how far a model or data set is that comes from a hub and isn't in the cache. */
  readonly onFetch?: ((progress: FetchProgress) => void) | undefined
  /** Abort to stop: running epochs end, the state is saved. */
  readonly signal?: AbortSignal | undefined
  /** Engine that trials run on, instead of the study's own. */
  readonly engine?: string | undefined
  /** Objects that the study's `sampler: own(…)` and `pruner: own(…)` name. */
  readonly strategies?: Strategies | undefined
  /** One device host each; `cpu` when left out. */
  readonly devices?: readonly string[] | undefined
}

/**
 * Runs a study from wherever it stands to its end: prepare, ask the probes, search, export the best
 * model, ask the probes again. Calling it again goes on; nothing that is finished is done twice.
 *
 * @returns the study's document as it was saved
 * @throws UserError when the study, its model or its data cannot be used, or another process runs
 *   it
 */
export async function runStudy({
  name,
  studies = 'studies',
  onEvent: on = () => undefined,
  onFetch,
  signal,
  ...request
}: RunRequest): Promise<StudyDocument> {
  const { dir, spec: definition } = openDefinition(studies, name, message =>
    on({ type: 'note', message }),
  )
  checkStrategies(definition, request.strategies)
  const store = await openStore(dir, () => newDocument(definition))
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  const clock = stopwatch(store)
  const decider = new Decider()
  // Lock, control channel and the thread that decides keep no process alive by themselves.
  const alive = setInterval(() => undefined, 2 ** 31 - 1)
  let pool: ElasticPool | undefined
  try {
    await adopt(store, definition, request)
    await takeEvidence(store, studies)
    await fetchFor(store.document.spec, { onProgress: onFetch, signal: stopping.signal })
    const { spec, trials } = store.document
    const finished = trials.filter(isFinished).length
    const paused = trials.filter(({ state }) => state === 'paused').length
    if (trials.length > 0)
      on({
        type: 'resumed',
        finished,
        paused,
        continued: trials.length - finished - paused,
        document: store.document,
      })
    const watched: Listener = event => {
      on(event)
      store.control.publish(published(event))
    }
    const context = {
      store,
      on: watched,
      signal: stopping.signal,
      mutex: new Mutex(),
      // Objects of the caller exist in this thread alone.
      ...(request.strategies && Object.keys(request.strategies).length > 0
        ? { strategies: request.strategies }
        : { decide: (input: DecisionInput) => decider.decide(input) }),
    }
    const run = new ManagedRun(context, stop)
    await store.update(({ paused: _, ...document }) => document)
    await setState(store, 'running', 'running')
    let end: SearchEnd
    if (trialKind(spec.task).trainedByCallers) {
      watched({ type: 'phase', phase: 'search', document: store.document })
      end = await run.serveCallers()
    } else {
      const note = (message: string) => watched({ type: 'note', message })
      const options: PoolOptions = {
        ...poolPlaces(spec, request, note),
        log: hostLogPath(dir),
      }
      pool = await ElasticPool.open(options, slots => openPool({ ...options, slots }, note))
      const session = { ...context, pool }
      await prepare(session)
      const { languageModel } = trialKind(spec.task)
      if (!stopping.signal.aborted && languageModel)
        await askProbes(session, 'before', languageModel.model(spec.task))
      watched({ type: 'phase', phase: 'search', document: store.document, slots: pool.slots })
      end = await run.search(pool, options.devices.length)
      await recordEstimates(store)
      if (end.state === 'complete') await retrainFinalists(session)
      if (end.state === 'complete') await measureFinalists(session)
      if (end.state === 'complete') await exportBest(session)
    }
    await clock.add()
    await setState(store, end.state, end.reason)
    watched({ type: 'phase', phase: 'done', document: store.document })
    return store.document
  } catch (error) {
    // On a full disk the state cannot be written either; the study is then found interrupted.
    const state = error instanceof DiskFull ? 'stopped' : 'failed'
    const reason =
      error instanceof UserError ? error.message : `broke off: ${(error as Error).message}`
    await clock
      .add()
      .then(() => setState(store, state, reason))
      .catch(() => undefined)
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await decider.close()
    await pool?.close()
    await store.close()
    clearInterval(alive)
  }
}

/** What a definition names that was written by hand, or on another machine. */
async function fetchFor({ name, task }: StudySpec, options: FetchOptions): Promise<void> {
  const inputs = trialKind(task).languageModel?.inputs(task) ?? []
  await fetchMissing(inputs, options).catch((error: unknown) => {
    if (!options.signal?.aborted) throw error
    throw new UserError(
      `study ${name}`,
      'was stopped while its model or data was on its way',
      `Go on with: tune study run ${name}; what has arrived is kept`,
    )
  })
}

async function prepare({ store, pool, on, signal }: Session): Promise<void> {
  if (store.document.preparation) return
  const { task, seed } = store.document.spec
  // What a training of the user's own reads and measures is its own affair.
  if (!trialKind(task).languageModel) return
  on({ type: 'phase', phase: 'prepare', document: store.document })
  // Nothing of it is kept before its end, so that a stop does not wait for it.
  const preparation = await untilAborted(runAgain(pool, { kind: 'prepare', task, seed }), signal)
  if (!preparation) return
  const { train } = preparation.data
  const before = store.document.spec
  const spec = withoutEqualBatches(before, train)
  const message = equalBatchesNote(before, spec, train)
  if (message !== null) on({ type: 'note', message })
  const trials = trialsPlanned(spec, trialPlan(spec), spec.trials)
  await store.update(document => ({ ...document, preparation, spec: { ...spec, trials } }))
}

/** Where trials run, and how many side by side. */
function poolPlaces(
  spec: StudySpec,
  request: Pick<RunRequest, 'engine' | 'devices'>,
  note: (message: string) => void,
): Pick<PoolOptions, 'devices' | 'engine' | 'slots'> {
  const { devices = ['cpu'], engine = spec.engine } = request
  const slots = Math.max(1, Math.min(spec.slots, spec.trials))
  const alone = needsSingleSlot(devices, engine)
  if (alone && slots > 1)
    note(`WebGPU trains one trial at a time, so ${slots} slots are taken for 1`)
  return { devices, engine, slots: alone ? 1 : slots }
}

async function setState(store: StudyStore, state: StudyState, reason: string): Promise<void> {
  await store.update(document => ({ ...document, state, reason }))
}

/** Adds the wall-clock seconds of this session to the study's, once. */
function stopwatch(store: StudyStore): { add(): Promise<void> } {
  const began = performance.now()
  return {
    add: () =>
      store.update(document => ({
        ...document,
        seconds: document.seconds + (performance.now() - began) / 1000,
      })),
  }
}

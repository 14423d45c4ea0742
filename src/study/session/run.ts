import { UserError } from '../../errors.js'
import type { FetchOptions, FetchProgress } from '../../hub/index.js'
import type { StudyDocument, StudyState } from '../../record/document.js'
import { FORMAT } from '../../record/migrate.js'
import { probesOf, type StudySpec } from '../../record/study.js'
import { isFinished } from '../../record/trial.js'
import { openStore } from '../../storage/index.js'
import { hostLogPath } from '../../storage/paths.js'
import type { StudyStore } from '../../storage/store.js'
import type { DevicePool, PoolOptions } from '../../trial/pool.js'
import { openDefinition } from '../create.js'
import { openDecider } from '../decision/decider.js'
import type { Listener } from '../events.js'
import { readEvidence } from '../decision/evidence.js'
import { exportBest } from './export.js'
import { fetchMissing } from './fetch-inputs.js'
import { measureFinalists } from './finalists.js'
import { withFormer } from '../decision/former.js'
import { search } from './manager.js'
import type { Session } from './session.js'
import { planOf, trialsPlanned } from '../decision/plan.js'
import { retrainFinalists } from './retrain.js'
import { openPool, runAgain } from './pool.js'
import { onOneThread } from '../../trial/environment.js'
import { askProbes } from './probes.js'

export interface RunRequest {
  readonly name: string
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
  /** A new total, or with `more` this many on top of the trials there are. */
  readonly trials?: number | undefined
  readonly more?: number | undefined
  readonly slots?: number | undefined
  readonly on?: Listener | undefined
  /** Told how far a model or data set is that comes from a hub and isn't in the cache. */
  readonly onFetch?: ((progress: FetchProgress) => void) | undefined
  /** Abort to stop: running epochs end, the state is saved. */
  readonly signal?: AbortSignal | undefined
  /** Engine that trials run on, instead of the study's own. */
  readonly engine?: string | undefined
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
  on = () => undefined,
  onFetch,
  signal,
  ...request
}: RunRequest): Promise<StudyDocument> {
  const { dir, spec: wanted } = openDefinition(studies, name, message =>
    on({ type: 'note', message }),
  )
  const store = await openStore(dir, () => newDocument(wanted))
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  signal?.addEventListener('abort', stop)
  if (signal?.aborted) stop()
  store.control.serve({ stop: () => stop() })
  const clock = stopwatch(store)
  const decider = openDecider()
  let pool: DevicePool | undefined
  try {
    await adopt(store, wanted, request)
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
    const options: PoolOptions = {
      ...placesOf(spec, request, message => on({ type: 'note', message })),
      log: hostLogPath(dir),
    }
    const session = {
      store,
      pool: (pool = await openPool(options, message => on({ type: 'note', message }))),
      on,
      signal: stopping.signal,
      decide: decider.decide,
    }
    await setState(store, 'running', 'running')
    await prepare(session)
    const { task } = spec
    if (!stopping.signal.aborted && task.kind === 'finetune')
      await askProbes(session, 'before', task.model)
    on({ type: 'phase', phase: 'search', document: store.document, slots: session.pool.slots })
    const end: { state: StudyState; reason: string } = stopping.signal.aborted
      ? { state: 'stopped', reason: 'stopped on request' }
      : await search(session)
    if (end.state === 'complete') await retrainFinalists(session)
    if (end.state === 'complete') await measureFinalists(session)
    if (end.state === 'complete') await exportBest(session)
    await clock.add()
    await setState(store, end.state, end.reason)
    on({ type: 'phase', phase: 'done', document: store.document })
    return store.document
  } catch (error) {
    await clock.add()
    await setState(
      store,
      'failed',
      error instanceof UserError ? error.message : `broke off: ${(error as Error).message}`,
    )
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    await decider.close()
    await pool?.close()
    await store.close()
  }
}

/** What a definition names that was written by hand, or on another machine. */
async function fetchFor({ name, task }: StudySpec, options: FetchOptions): Promise<void> {
  if (task.kind !== 'finetune') return
  await fetchMissing(
    [
      task.model,
      ...[task.data].flat(),
      ...(typeof task.test === 'object' ? [task.test.data].flat() : []),
    ],
    options,
  ).catch((error: unknown) => {
    if (!options.signal?.aborted) throw error
    throw new UserError(
      `study ${name}`,
      'was stopped while its model or data was on its way',
      `Go on with: tune study run ${name}; what has arrived is kept`,
    )
  })
}

async function prepare({ store, pool, on }: Session): Promise<void> {
  if (store.document.preparation) return
  const { task, seed } = store.document.spec
  // What a training of the user's own reads and measures is its own affair.
  if (task.kind !== 'finetune') return
  on({ type: 'phase', phase: 'prepare', document: store.document })
  const preparation = await runAgain(pool, { kind: 'prepare', task, seed })
  await store.update(document => ({ ...document, preparation }))
}

function newDocument(spec: StudySpec): StudyDocument {
  return {
    format: FORMAT,
    spec,
    state: 'created',
    reason: 'not yet run',
    createdAt: new Date().toISOString(),
    seconds: 0,
    preparation: null,
    trials: [],
    probes: probesOf(spec.task).map(prompt => ({ prompt, before: null, after: null })),
    export: null,
  }
}

/** Where trials run, and how many side by side. */
function placesOf(
  spec: StudySpec,
  request: Pick<RunRequest, 'engine' | 'devices'>,
  note: (message: string) => void,
): Pick<PoolOptions, 'devices' | 'engine' | 'slots'> {
  const { devices = ['cpu'], engine = spec.engine } = request
  const slots = Math.max(1, Math.min(spec.slots, spec.trials))
  const alone = onOneThread(devices, engine)
  if (alone && slots > 1)
    note(`WebGPU trains one trial at a time, so ${slots} slots are taken for 1`)
  return { devices, engine, slots: alone ? 1 : slots }
}

/**
 * Takes over what study.yaml says now, and refuses what would make the trials so far mean something
 * else.
 */
async function adopt(
  store: StudyStore,
  wanted: StudySpec,
  request: Pick<RunRequest, 'trials' | 'more' | 'slots'>,
): Promise<void> {
  const { document } = store
  const had = document.spec
  if (document.trials.length > 0) {
    for (const [key, value] of Object.entries(fixedOf(had))) {
      const now = fixedOf(wanted)[key]
      if (JSON.stringify(now) === JSON.stringify(value)) continue
      throw new UserError(
        `study ${had.name}: ${key}`,
        `was ${plain(value)} for its ${document.trials.length} trials and is now ${plain(now)}`,
        'Put it back in study.yaml, or make a new study for the new value',
      )
    }
  }
  const paused = document.trials.some(({ state }) => state === 'paused')
  if (paused && had.pruner !== wanted.pruner)
    throw new UserError(
      `study ${had.name}: pruner`,
      `was ${plain(had.pruner)} when trials were paused and is now ${plain(wanted.pruner)}`,
      'Put it back in study.yaml until the study has ended, or make a new study for the new value',
    )
  const budget = Math.max(wanted.trials, document.trials.length > 0 ? had.trials : 0)
  // Under a budget of epochs more trials may have been begun than it is worth.
  const begun =
    planOf(had).pacing.kind === 'allocator'
      ? document.trials.length > 0
        ? had.trials
        : 0
      : document.trials.length
  const asked = request.more !== undefined ? begun + request.more : (request.trials ?? budget)
  const { defaults: stated, ...rest } = wanted
  // What trial 0 was is history: a study that began without defaults goes on without, and the
  // others may get a value for a further parameter only.
  const defaults =
    document.trials.length > 0 ? had.defaults && { ...stated, ...had.defaults } : stated
  const asks = { ...rest, ...(defaults ? { defaults } : {}), slots: request.slots ?? wanted.slots }
  const spec = { ...asks, trials: Math.max(trialsPlanned(asks, planOf(asks), asked), begun) }
  const former = withFormer(document, spec)
  const known = new Map(document.probes.map(probe => [probe.prompt, probe]))
  const probes = probesOf(spec.task).map(
    prompt => known.get(prompt) ?? { prompt, before: null, after: null },
  )
  await store.update(before => ({
    ...before,
    spec,
    ...(former.length > 0 ? { former } : {}),
    probes,
  }))
}

/**
 * Copies what earlier studies know, before the first trial: they may change or be deleted, and what
 * they told must not.
 */
async function takeEvidence(store: StudyStore, studies: string): Promise<void> {
  const { spec, trials } = store.document
  if (trials.length > 0) return
  const { evidence: _, ...document } = store.document
  const evidence = spec.warmStart
    ? await readEvidence(studies, spec.warmStart, `study ${spec.name}: warmStart`)
    : []
  await store.update(() => ({ ...document, ...(evidence.length > 0 ? { evidence } : {}) }))
}

/** What all trials of a study must have in common, by its name in study.yaml. */
function fixedOf({
  seed,
  task,
  objective = 'valLoss',
  objectives,
  warmStart = [],
  scoreEpoch = 'best',
}: StudySpec): Readonly<Record<string, unknown>> {
  if (task.kind !== 'finetune') return { seed, ...task, scoreEpoch, objectives, warmStart }
  return {
    seed,
    objective,
    objectives,
    warmStart,
    kind: task.kind,
    model: task.model,
    data: task.data,
    validation: task.validation,
    test: task.test ?? 0,
    scoreEpoch,
    training: task.training,
  }
}

function plain(value: unknown): string {
  return value === undefined
    ? 'not said'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
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

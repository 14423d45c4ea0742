import { resolve } from 'node:path'
import { trialKind } from '../../kinds/index.js'
import { callManager, openStore, StudyInUse, type FileStudyStore } from '../../storage/index.js'
import { studyDir } from '../../storage/paths.js'
import { Mutex } from '../../util/mutex.js'
import { optional } from '../../util/optional.js'
import { AskTell } from '../ask-tell/ask-tell.js'
import { openDefinition } from '../create.js'
import { checkStrategies, type Strategies } from '../decision/strategies.js'
import { adopt, newDocument, takeEvidence } from './adopt.js'
import { controlMethods } from './control.js'
import { endSearch, handedOut } from '../trials/end.js'
import { exportFrom } from './export.js'
import type { TrialContext } from '../trials/context.js'

/** Methods that need the objects which a study names. */
const DECIDING: ReadonlySet<string> = new Set(['ask', 'report'])

interface Named {
  readonly name: string
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
  /** Objects that the study names, for the case that this process becomes its manager. */
  readonly strategies?: Strategies | undefined
}

/**
 * Has the manager of a study do something. Where nobody runs the study, this process is its manager
 * for the call; requests of others that come meanwhile are answered too.
 *
 * @throws UserError the manager's, or that there is no such study
 */
export async function manage<T>(
  { name, studies = 'studies', strategies }: Named,
  method: string,
  params: unknown,
): Promise<T> {
  const dir = studyDir(resolve(studies), name)
  for (;;) {
    const answer = await callManager<T>(dir, method, params)
    if (answer.kind === 'answer') return answer.result
    try {
      return await manageOnce<T>({ name, studies, strategies }, method, params)
    } catch (error) {
      // Somebody else has become the manager in the meantime.
      if (!(error instanceof StudyInUse)) throw error
    }
  }
}

async function manageOnce<T>(
  { name, studies, strategies }: Named & { readonly studies: string },
  method: string,
  params: unknown,
): Promise<T> {
  const { dir, spec } = openDefinition(studies, name)
  if (DECIDING.has(method)) checkStrategies(spec, strategies)
  const store = await openStore(dir, () => newDocument(spec), { call: true })
  try {
    if (store.document.trials.length === 0) {
      await adopt(store, spec, {})
      await takeEvidence(store, studies)
    }
    const context = trialContext(store, strategies)
    const askTell = new AskTell(context)
    const methods = controlMethods({
      context,
      askTell,
      stop: () => undefined,
      changed: () => undefined,
      export: request => exportFrom(store, null, request),
    })
    store.control.serve(methods)
    const result = (await methods[method]!(params as never)) as T
    await settleState(context, askTell)
    return result
  } finally {
    await store.close()
  }
}

function trialContext(store: FileStudyStore, strategies?: Strategies): TrialContext {
  return {
    store,
    on: () => undefined,
    signal: new AbortController().signal,
    mutex: new Mutex(),
    ...optional({ strategies }),
  }
}

/** What a study that nobody runs is called after a call: it waits for callers, or has ended. */
async function settleState(context: TrialContext, askTell: AskTell): Promise<void> {
  const { store } = context
  const { spec, trials, state } = store.document
  if (trials.length === 0 || (state === 'complete' && handedOut(store.document).length === 0))
    return
  const over = askTell.overReason()
  // A study that trains by itself ends with its own run, which exports its best model.
  const end =
    over !== null && trialKind(spec.task).trainedByCallers
      ? await endSearch(context, over)
      : handedOut(store.document).length > 0
        ? await endSearch(context, '')
        : { state: 'stopped' as const, reason: 'waits for the next trial to be asked for' }
  await store.update(document => ({ ...document, ...end }))
}

import { UserError } from '../../errors.js'
import type { ExportRecord } from '../../record/document.js'
import { isFinished } from '../../record/trial.js'
import type { ControlMethods } from '../../storage/index.js'
import type { AskTell } from '../ask-tell/ask-tell.js'
import type { AskRequest, ReportRequest, TellRequest } from '../ask-tell/protocol.js'
import type { TrialContext } from '../trials/context.js'
import { retryTrials, type RetryRequest } from '../trials/retry.js'

/** What the manager of a study does for other processes, whether it runs the study or one call. */
export interface Manager {
  readonly context: TrialContext
  readonly askTell: AskTell
  /** Ends the run in good order. */
  readonly stop: () => void
  /** Something that may begin has changed. */
  readonly changed: () => void
  /** Trainings that have begun are to be begun again. */
  readonly again?: (leaders: readonly number[]) => void
  /** Trials side by side from now on; undefined where this process fills no slots. */
  readonly setSlots?: (slots: number) => Promise<number>
  readonly export: (request: ManagedExport) => Promise<ExportRecord>
}

export interface ManagedExport {
  /** The best trial when left out. */
  readonly trial?: number | undefined
  /** Absolute path of a folder; `studies/NAME/export` when left out. */
  readonly out?: string | undefined
}

/** The requests of the control channel. */
export function controlMethods(manager: Manager): ControlMethods {
  const { askTell, context, changed } = manager
  const { store } = context
  const pause = async (paused: boolean): Promise<{ readonly changed: boolean }> => {
    const before = store.document.paused === true
    await store.update(({ paused: _, ...document }) =>
      paused ? { ...document, paused: true as const } : document,
    )
    changed()
    return { changed: before !== paused }
  }
  return {
    ask: (request: AskRequest) => askTell.ask(request),
    report: (request: ReportRequest) => askTell.report(request),
    tell: (request: TellRequest) => askTell.tell(request),
    pause: () => pause(true),
    resume: () => pause(false),
    stop: () => manager.stop(),
    slots: ({ slots }: { readonly slots: number }) => setSlots(manager, slots),
    priority: async ({
      trial,
      priority,
    }: {
      readonly trial: number
      readonly priority: number
    }) => {
      await setPriority(context, trial, priority)
      changed()
    },
    retry: async (request: RetryRequest) => {
      const retried = await context.mutex.run(() => retryTrials(context, request))
      manager.again?.(retried.trials.filter(number => isLeader(context, number)))
      changed()
      return retried
    },
    export: (request: ManagedExport) => manager.export(request),
  }
}

function isLeader({ store }: TrialContext, number: number): boolean {
  return store.document.trials[number]?.leader === number
}

async function setSlots(
  { context, setSlots: set }: Manager,
  slots: number,
): Promise<{ readonly slots: number }> {
  const { name } = context.store.document.spec
  if (!set)
    throw new UserError(
      `study ${name}`,
      'is not running, so it has no slots now',
      `Start it with them: tune study run ${name} --slots ${slots}`,
    )
  return { slots: await set(slots) }
}

async function setPriority(
  { store }: TrialContext,
  number: number,
  priority: number,
): Promise<void> {
  const trial = store.document.trials[number]
  if (!trial || isFinished(trial))
    throw new UserError(
      `trial ${number}`,
      trial ? `is ${trial.state} already` : 'does not exist',
      `See the trials with: tune study show ${store.document.spec.name}`,
    )
  await store.update(document => ({
    ...document,
    priorities: { ...document.priorities, [number]: priority },
  }))
}

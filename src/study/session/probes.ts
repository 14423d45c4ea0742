import type { StudyStore } from '../../storage/store.js'
import type { DevicePool } from '../../trial/pool.js'
import type { Listener } from '../events.js'
import { runAgain } from './pool.js'

/** Tokens a probe's answer may have. */
const ANSWER_TOKENS = 96

/**
 * Asks a model those of the study's probes that it has not answered yet, and records the answers.
 *
 * @param when `before` for the model as it was given, `after` for the exported one
 * @param model folder of the model to ask
 */
export async function askProbes(
  {
    store,
    pool,
    on,
  }: { readonly store: StudyStore; readonly pool: DevicePool; readonly on: Listener },
  when: 'before' | 'after',
  model: string,
): Promise<void> {
  const prompts = store.document.probes
    .filter(probe => probe[when] === null)
    .map(({ prompt }) => prompt)
  if (prompts.length === 0) return
  on({ type: 'phase', phase: `ask-${when}`, document: store.document })
  const { answers } = await runAgain(pool, {
    kind: 'answer',
    model,
    prompts,
    maxTokens: ANSWER_TOKENS,
  })
  const answered = new Map(prompts.map((prompt, i) => [prompt, answers[i]!]))
  await store.update(document => ({
    ...document,
    probes: document.probes.map(probe => ({
      ...probe,
      [when]: answered.get(probe.prompt) ?? probe[when],
    })),
  }))
}

/** One question to any model folder, outside a study. */
export async function ask(
  pool: DevicePool,
  model: string,
  prompts: readonly string[],
  maxTokens = ANSWER_TOKENS,
): Promise<readonly string[]> {
  return (await runAgain(pool, { kind: 'answer', model, prompts, maxTokens })).answers
}

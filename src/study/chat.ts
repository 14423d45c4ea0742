import { openModel } from '../model-folder/open-model.js'
import type { FetchOptions } from '../hub/index.js'
import { fetchMissing } from './session/fetch-inputs.js'
import { openPool } from './session/pool.js'
import { ask } from './session/probes.js'

export interface Chat {
  /** Greedy answers, in the order of the prompts. */
  ask(prompts: readonly string[], maxTokens: number): Promise<readonly string[]>
  close(): Promise<void>
}

/**
 * Holds a model ready to be asked.
 *
 * @example
 * const chat = await openChat('./m')
 * const [answer] = await chat.ask(['Who are you?'], 16)
 * await chat.close()
 * console.log(answer)
 *
 * @param model a folder, or a name on a hub
 * @throws UserError when it is not a model we can run
 */
export async function openChat(model: string, fetching: FetchOptions = {}): Promise<Chat> {
  await fetchMissing([model], fetching)
  await openModel(model)
  const pool = await openPool({ devices: ['cpu'], slots: 1 })
  return {
    ask: (prompts, maxTokens) => ask(pool, model, prompts, maxTokens),
    close: () => pool.close(),
  }
}

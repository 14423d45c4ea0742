import { optional } from '../../util/optional.js'
import type { LanguageModel } from '../kind.js'
import type { FinetuneTask } from './task.js'

export const languageModel: LanguageModel<FinetuneTask> = {
  model: ({ model }) => model,
  probes: ({ probes }) => probes,
  test: ({ test }) => test,
  inputs: ({ model, data, test }) => [
    model,
    ...[data].flat(),
    ...(typeof test === 'object' ? [test.data].flat() : []),
  ],
  async pin(task, pin) {
    const model = await pin(task.model)
    const data = await pinSources(task.data, pin)
    const test =
      typeof task.test === 'object' ? { data: await pinSources(task.test.data, pin) } : undefined
    return { ...task, model, data, ...optional({ test }) }
  },
  jobs: () => import('../../training/index.js'),
}

/** One after the other, so that progress is of one at a time. */
async function pinSources(
  sources: string | readonly string[],
  pin: (name: string) => Promise<string>,
): Promise<string | readonly string[]> {
  if (typeof sources === 'string') return pin(sources)
  const pinned: string[] = []
  for (const source of sources) pinned.push(await pin(source))
  return pinned
}

import { fetchFromHub, fetchPinned, isReference, type FetchOptions } from '../../hub/index.js'
import type { StudySpec } from '../../record/study.js'

/**
 * Fetches what a new study names by a hub, and pins it: a branch may move on, and a study's trials
 * must all have started alike.
 *
 * @returns the specification with the commits that were fetched
 * @throws UserError as fetchFromHub
 */
export async function fetchPinnedInputs(
  spec: StudySpec,
  options: FetchOptions,
): Promise<StudySpec> {
  if (spec.task.kind !== 'finetune') return spec
  const pin = async (name: string): Promise<string> =>
    isReference(name) ? (await fetchPinned(name, options)).pinned : name
  const { task } = spec
  const model = await pin(task.model)
  const pinSources = (data: string | readonly string[]) =>
    typeof data === 'string' ? pin(data) : pinAll(data, pin)
  const data = await pinSources(task.data)
  const test =
    typeof task.test === 'object' ? { test: { data: await pinSources(task.test.data) } } : {}
  return { ...spec, task: { ...task, model, data, ...test } }
}

/** Fetches what of these the cache doesn't have yet. */
export async function fetchMissing(names: readonly string[], options: FetchOptions): Promise<void> {
  for (const name of names) if (isReference(name)) await fetchFromHub(name, options)
}

/** One after the other, so that progress is of one at a time. */
async function pinAll(
  names: readonly string[],
  pin: (name: string) => Promise<string>,
): Promise<string[]> {
  const pinned: string[] = []
  for (const name of names) pinned.push(await pin(name))
  return pinned
}

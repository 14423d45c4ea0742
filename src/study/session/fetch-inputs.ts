import { fetchFromHub, fetchPinned, isReference, type FetchOptions } from '../../hub/index.js'
import { trialKind } from '../../kinds/index.js'
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
  const { task } = spec
  const { languageModel } = trialKind(task)
  if (!languageModel) return spec
  const pin = async (name: string): Promise<string> =>
    isReference(name) ? (await fetchPinned(name, options)).pinned : name
  return { ...spec, task: await languageModel.pin(task, pin) }
}

/** Fetches what of these the cache doesn't have yet. */
export async function fetchMissing(names: readonly string[], options: FetchOptions): Promise<void> {
  for (const name of names) if (isReference(name)) await fetchFromHub(name, options)
}

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A small published model, where it lies beside the repository. */
export const stories = fileURLToPath(new URL('../../../shared/models/stories260K', import.meta.url))
export const hasStories = existsSync(`${stories}/model.safetensors`)

/** By transformers: scripts/golden/llama.py. */
export const golden = JSON.parse(
  readFileSync(new URL('../golden/llama-stories260k.json', import.meta.url), 'utf8'),
) as {
  readonly ids: readonly number[]
  readonly loss: number
  readonly firstLogits: readonly number[]
  readonly lastLogits: readonly number[]
  readonly prompts: readonly (readonly number[])[]
  readonly greedy: readonly (readonly number[])[]
}

import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostTensor, Named } from '../../compile/program.js'
import { readTensors, writeSafetensors } from '../../model-folder/safetensors.js'
import { hostTensor, isTensorLike, type TensorLike } from './tensors.js'

const TENSORS = 'state.safetensors'
const REST = 'state.json'

/** Writes named values to a folder: tensors as `state.safetensors`, all else as `state.json`. */
export async function saveState(
  dir: string,
  state: Readonly<Record<string, unknown>>,
): Promise<void> {
  const tensors: Record<string, HostTensor> = {}
  const rest: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(state)) {
    if (isTensorLike(value)) tensors[name] = hostTensor(value as TensorLike, name)
    else rest[name] = value
  }
  await writeSafetensors(join(dir, TENSORS), tensors)
  await writeFile(join(dir, REST), JSON.stringify(rest))
}

/** What `saveState` wrote; empty where it wrote nothing. Tensors come as data, shape and dtype. */
export async function loadState(dir: string): Promise<Named<unknown>> {
  if (!existsSync(join(dir, REST))) return {}
  return {
    ...(await readTensors(join(dir, TENSORS))),
    ...(JSON.parse(await readFile(join(dir, REST), 'utf8')) as object),
  }
}

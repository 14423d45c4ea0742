import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { StudySpec } from '../../record/study.js'
import {
  MemoryStore,
  openStore,
  replaceStudyFile,
  type FileStudyStore,
  makeStudyFolder,
} from '../../storage/index.js'
import { definitionPath, studyDir } from '../../storage/paths.js'
import { writeDefinition } from '../definition/write.js'
import { adopt, newDocument } from '../session/adopt.js'

export type OptimizeStore = MemoryStore | FileStudyStore

/**
 * Where the trials of an `optimize` call are kept: in memory, or in the folder of a named study.
 */
export async function optimizeStore(
  spec: StudySpec,
  {
    name,
    studies = 'studies',
  }: { readonly name?: string | undefined; readonly studies?: string | undefined },
): Promise<OptimizeStore> {
  const store =
    name === undefined
      ? new MemoryStore(newDocument(spec))
      : await openNamed(spec, studyDir(resolve(studies), name))
  try {
    await adopt(store, spec, { trials: spec.trials })
    await store.update(({ paused: _, ...document }) => ({
      ...document,
      state: 'running',
      reason: 'running',
    }))
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Whether other processes can reach the study. */
export function isShared(store: OptimizeStore): store is FileStudyStore {
  return 'control' in store
}

async function openNamed(spec: StudySpec, dir: string): Promise<FileStudyStore> {
  const file = definitionPath(dir)
  if (!existsSync(file)) {
    await makeStudyFolder(dir)
    await replaceStudyFile(file, writeDefinition(spec, file))
  }
  return openStore(dir, () => newDocument(spec))
}

import { rm } from 'node:fs/promises'
import {
  backendsFolder,
  installedTensorflow,
  locateTfjsNode,
  type TensorflowVariant,
} from '../compile/engines/tensorflow-package.js'
import { UserError } from '../errors.js'
import { folderBytes } from './tensorflow-wheel.js'

export interface BackendEntry {
  readonly name: TensorflowVariant
  /** Version of TensorFlow. */
  readonly version: string
  readonly folder: string
  readonly bytes: number
  /** Whether trials on TensorFlow load this one. */
  readonly used: boolean
}

/** @returns what `installTensorflow` has installed in the user's cache */
export async function listBackends(cache = backendsFolder()): Promise<BackendEntry[]> {
  const used = locateTfjsNode()?.installed?.folder
  return Promise.all(
    installedTensorflow(cache).map(async ({ variant, tensorflow, folder }) => ({
      name: variant,
      version: tensorflow,
      folder,
      bytes: await folderBytes(folder),
      used: folder === used,
    })),
  )
}

/**
 * @returns the folders that were removed
 * @throws UserError when no backend of that name is installed
 */
export async function removeBackend(name: string, cache = backendsFolder()): Promise<string[]> {
  const installed = installedTensorflow(cache)
  const folders = installed.filter(({ variant }) => variant === name).map(({ folder }) => folder)
  if (folders.length === 0) {
    const names = [...new Set(installed.map(({ variant }) => variant))]
    throw new UserError(
      `backend "${name}"`,
      'is not installed',
      names.length > 0
        ? `Name one that is: ${names.join(', ')}`
        : 'There is none in the cache to remove',
    )
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
  return folders
}

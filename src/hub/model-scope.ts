import { createHash } from 'node:crypto'
import { UserError } from '../errors.js'
import type { HubFile, List } from './listing.js'
import { formatReference } from './reference.js'

interface Answer {
  readonly Data?: {
    readonly Files?: readonly {
      readonly Path: string
      readonly Type: string
      readonly Size: number
      readonly Sha256: string
    }[]
  }
}

/**
 * Lists a repository of ModelScope, which has no client for Node.
 *
 * Source: modelscope, hub/api.py, `get_model_files`, and hub/file_download.py,
 * `get_file_download_url`.
 */
export const listModelScope: List = async (reference, { endpoint }, ask) => {
  const base = `${endpoint}/api/v1/models/${reference.name}/repo`
  const revision = reference.revision ?? 'master'
  const response = await ask(
    `${base}/files?${new URLSearchParams({ Revision: revision, Recursive: 'True' }).toString()}`,
  )
  const { Data } = (await response.json()) as Answer
  if (!Data?.Files)
    throw new UserError(
      formatReference(reference),
      'the hub gave no list of files',
      'Check the name and MODELSCOPE_ENDPOINT',
    )
  const files = Data.Files.filter(({ Type }) => Type !== 'tree').map(
    ({ Path, Size, Sha256 }): HubFile => ({
      path: Path,
      size: Size,
      checksum: { kind: 'sha256', hex: Sha256 },
      url: `${base}?${new URLSearchParams({ Revision: revision, FilePath: Path }).toString()}`,
    }),
  )
  const sum = createHash('sha1')
  for (const { path, checksum } of files) sum.update(`${path}\0${checksum.hex}\0`)
  return { commit: sum.digest('hex'), canPin: false, files }
}

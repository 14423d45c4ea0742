import { UserError } from '../errors.js'

/** A repository of a hub, and a path in it. */
export interface Reference {
  readonly hub: 'hf' | 'modelscope'
  readonly kind: 'model' | 'dataset'
  /** `org/name`; some old names of Hugging Face have no organization. */
  readonly name: string
  /** Branch, tag or commit; null: the hub's default branch. */
  readonly revision: string | null
  /** A folder or file of a data set, '' for all of it. */
  readonly path: string
}

/** Whether a text names a model or data set on a hub, not a path. */
export function isReference(text: string): boolean {
  return /^(hf|modelscope):/.test(text)
}

/**
 * Reads `hf:org/name`, `hf:org/name@revision`, `hf:datasets/org/name/folder/file.jsonl` and
 * `modelscope:org/name`.
 *
 * @throws UserError for anything else
 */
export function parseReference(text: string): Reference {
  const [, hub, location = ''] = /^(hf|modelscope):(.*)$/.exec(text) ?? []
  const isDataset = hub === 'hf' && location.startsWith('datasets/')
  const [, plain = '', revision, tail = ''] =
    /^([^@]+)(?:@([^@/]+))?(.*)$/.exec(isDataset ? location.slice('datasets/'.length) : location) ??
    []
  const parts = (plain + tail).split('/')
  const name = parts.slice(0, 2).join('/')
  const path = parts.slice(2).join('/')
  const fits = (part: string): boolean =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(part) && !part.includes('..')
  const isValid =
    parts.slice(0, 2).every(fits) &&
    parts.slice(2).every(part => part !== '' && part !== '..' && part !== '.') &&
    (revision === undefined || fits(revision))
  if (
    !hub ||
    !isValid ||
    (path !== '' && !isDataset) ||
    (hub === 'modelscope' && parts.length < 2)
  ) {
    throw new UserError(
      text,
      'is not a name on a hub',
      'Write hf:org/name, hf:org/name@revision, modelscope:org/name ' +
        'or, for data, hf:datasets/org/name',
    )
  }
  return {
    hub: hub as Reference['hub'],
    kind: isDataset ? 'dataset' : 'model',
    name,
    revision: revision ?? null,
    path,
  }
}

export function formatReference({ hub, kind, name, revision, path }: Reference): string {
  const folder = kind === 'dataset' ? 'datasets/' : ''
  const suffix = `${revision === null ? '' : `@${revision}`}${path === '' ? '' : `/${path}`}`
  return `${hub}:${folder}${name}${suffix}`
}

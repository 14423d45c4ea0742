import { UserError } from '../errors.js'

/** A repository of a hub, and where in it. */
export interface Reference {
  readonly hub: 'hf' | 'modelscope'
  readonly kind: 'model' | 'dataset'
  /** `org/name`; some old names of Hugging Face have no organisation. */
  readonly name: string
  /** Branch, tag or commit; null: the hub's main line. */
  readonly revision: string | null
  /** A folder or file of a data set, '' for all of it. */
  readonly path: string
}

/** Whether a model or data set is named by a hub rather than by a path. */
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
  const [, hub, rest = ''] = /^(hf|modelscope):(.*)$/.exec(text) ?? []
  const isDataset = hub === 'hf' && rest.startsWith('datasets/')
  const [, plain = '', revision, tail = ''] =
    /^([^@]+)(?:@([^@/]+))?(.*)$/.exec(isDataset ? rest.slice('datasets/'.length) : rest) ?? []
  const parts = (plain + tail).split('/')
  const name = parts.slice(0, 2).join('/')
  const path = parts.slice(2).join('/')
  const fits = (part: string): boolean =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(part) && !part.includes('..')
  const whole =
    parts.slice(0, 2).every(fits) &&
    parts.slice(2).every(part => part !== '' && part !== '..' && part !== '.') &&
    (revision === undefined || fits(revision))
  if (!hub || !whole || (path !== '' && !isDataset) || (hub === 'modelscope' && parts.length < 2)) {
    throw new UserError(
      text,
      'is no name on a hub',
      'Write hf:org/name, hf:org/name@revision, modelscope:org/name or, for data, hf:datasets/org/name',
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
  return `${hub}:${kind === 'dataset' ? 'datasets/' : ''}${name}${revision === null ? '' : `@${revision}`}${path === '' ? '' : `/${path}`}`
}

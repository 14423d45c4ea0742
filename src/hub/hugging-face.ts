import type { HubFile, List } from './listing.js'

/** Lists a repository of Hugging Face or of a mirror of it. */
export const listHuggingFace: List = async ({ kind, name, revision }, { endpoint }, ask) => {
  // A large package that a study with a local model does not need.
  const { datasetInfo, listFiles, modelInfo } = await import('@huggingface/hub')
  const query = { name, revision: revision ?? 'main', hubUrl: endpoint, fetch: ask }
  const { sha: commit } =
    kind === 'model'
      ? await modelInfo({ ...query, additionalFields: ['sha'] })
      : await datasetInfo({ ...query, additionalFields: ['sha'] })
  const base = `${endpoint}/${kind === 'dataset' ? 'datasets/' : ''}${name}/resolve/${commit}`
  const files: HubFile[] = []
  for await (const { type, path, size, oid, lfs } of listFiles({
    repo: { type: kind, name },
    revision: commit,
    recursive: true,
    hubUrl: endpoint,
    fetch: ask,
  })) {
    if (type !== 'file') continue
    const checksum = lfs
      ? { kind: 'sha256' as const, hex: lfs.oid }
      : { kind: 'git' as const, hex: oid! }
    files.push({
      path,
      size: lfs?.size ?? size,
      checksum,
      url: `${base}/${path.split('/').map(encodeURIComponent).join('/')}`,
    })
  }
  return { commit, canPin: true, files }
}

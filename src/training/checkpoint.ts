import { copyFile, link, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostTensor, Named } from '../compile/program.js'
import type { EpochMetrics } from '../record/metric.js'
import type { LoraSpec } from '../settings/index.js'
import { fingerprint, type Fingerprint } from '../util/fingerprint.js'
import { writeDurably } from '../util/fsync.js'
import { optional } from '../util/optional.js'
import { replaceFolder, replacementPaths } from '../util/replace-folder.js'
import { readTensors, writeSafetensors } from '../model-folder/safetensors.js'

/** Where a training stood: at the end of an epoch, or inside one. */
export interface TrainingPosition {
  /** What must be equal for a training to go on from here: see `loop.ts`. */
  readonly run: string
  /** Epochs done. */
  readonly epoch: number
  /** Optimizer steps done. */
  readonly steps: number
  readonly history: readonly EpochMetrics[]
  /** What the weights are an adapter by; they are the model's own when left out. */
  readonly adapter?: LoraSpec
  /** What has run of epoch `epoch` + 1; left out at the end of an epoch. */
  readonly partial?: PartialEpoch
}

/** Where a training stood inside an epoch, and the sums that the epoch's metrics are made of. */
export interface PartialEpoch {
  /** Steps of the epoch that have run; the next batch is that of this index. */
  readonly step: number
  /** Training loss, summed over the targets of those steps; nats. */
  readonly lossSum: number
  /** Targets in that sum. */
  readonly lossCount: number
  /** Of the last step. */
  readonly learningRate: number
  /** Measurements inside the epoch, by the name that its metrics give them. */
  readonly within: Readonly<Record<string, number>>
  /** The most micro-batches that a step was taken in. */
  readonly microBatches: number
  readonly seconds: number
}

export interface Checkpoint extends TrainingPosition {
  /** Of what learns: a model's, or an adapter's alone. */
  readonly weights: Named<HostTensor>
  /** null in a checkpoint that is only meant to be exported. */
  readonly moments: Named<HostTensor> | null
}

interface Manifest extends TrainingPosition {
  readonly format: 1
  readonly files: Readonly<Record<string, Fingerprint>>
}

const MANIFEST = 'manifest.json'
const WEIGHTS = 'model.safetensors'
const MOMENTS = 'optimizer.safetensors'

/**
 * Replaces the checkpoint at `dir`; the manifest, with the hash of each file, comes last. After a
 * crash, `recover` finds what there is.
 */
export async function writeCheckpoint(
  dir: string,
  { weights, moments, ...position }: Checkpoint,
): Promise<void> {
  await replaceFolder(dir, async fresh => {
    await writeSafetensors(join(fresh, WEIGHTS), weights, { format: 'pt' })
    if (moments) await writeSafetensors(join(fresh, MOMENTS), moments)
    const names = moments ? [WEIGHTS, MOMENTS] : [WEIGHTS]
    const files = Object.fromEntries(
      await Promise.all(
        names.map(async name => [name, await fingerprint(join(fresh, name))] as const),
      ),
    )
    const manifest: Manifest = { format: 1, ...position, files }
    await writeDurably(join(fresh, MANIFEST), `${JSON.stringify(manifest)}\n`)
  })
}

/**
 * Puts the checkpoint in `from` at `to` as well, without a second copy on disk where the file
 * system allows.
 */
export async function shareCheckpoint(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).filter(name => name !== MANIFEST)
  await replaceFolder(to, async fresh => {
    for (const name of [...names, MANIFEST]) {
      await link(join(from, name), join(fresh, name)).catch(() =>
        copyFile(join(from, name), join(fresh, name)),
      )
    }
  })
}

/** @returns null when there is none, or one that is incomplete or damaged */
export async function readCheckpoint(dir: string): Promise<Checkpoint | null> {
  const manifest = await soundManifest(dir)
  if (!manifest) return null
  const { run, epoch, steps, history, adapter, partial, files } = manifest
  return {
    run,
    epoch,
    steps,
    history,
    ...optional({ adapter, partial }),
    weights: await readTensors(join(dir, WEIGHTS)),
    moments: MOMENTS in files ? await readTensors(join(dir, MOMENTS)) : null,
  }
}

/** The epoch of the checkpoint at `dir`, as its manifest has it; null when there is none. */
export async function epochInCheckpoint(dir: string): Promise<number | null> {
  try {
    return (JSON.parse(await readFile(join(dir, MANIFEST), 'utf8')) as Manifest).epoch
  } catch {
    return null
  }
}

/** The manifest of a checkpoint all of whose files are as they were written; null otherwise. */
export async function soundManifest(
  dir: string,
): Promise<(TrainingPosition & Pick<Manifest, 'files'>) | null> {
  try {
    const manifest = JSON.parse(await readFile(join(dir, MANIFEST), 'utf8')) as Manifest
    if (manifest.format !== 1 || !(WEIGHTS in manifest.files)) return null
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
      const path = join(dir, name)
      if ((await stat(path)).size !== bytes || (await fingerprint(path)).sha256 !== sha256)
        return null
    }
    return manifest
  } catch {
    return null
  }
}

/**
 * After a crash between the two renames that replace a checkpoint, puts the newer of the two in
 * place; else only sweeps up.
 */
export async function recover(dir: string): Promise<void> {
  const { fresh, old } = replacementPaths(dir)
  if (!(await soundManifest(dir))) {
    for (const candidate of [fresh, old]) {
      if (!(await soundManifest(candidate))) continue
      await rm(dir, { recursive: true, force: true })
      await rename(candidate, dir)
      break
    }
  }
  await rm(fresh, { recursive: true, force: true })
  await rm(old, { recursive: true, force: true })
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '../errors.js'
import type { FetchProgress } from '../hub/index.js'
import type { DataReport } from '../record/data-report.js'
import type { StudySpec } from '../record/study.js'
import { makeStudyFolder, replaceStudyFile } from '../storage/index.js'
import { definitionPath, schemaPath, studyDir } from '../storage/paths.js'
import { trialKind } from '../kinds/index.js'
import { equalBatchesNote, withoutEqualBatches } from './equal-batches.js'
import { readDefinition, studySpec } from './specification.js'
import { optional } from '../util/optional.js'
import { definitionJsonSchema } from './definition/json-schema.js'
import type { StudyDefinition } from './definition/schema.js'
import { writeDefinition } from './definition/write.js'
import { readEvidence } from './decision/evidence.js'
import { fetchPinnedInputs } from './session/fetch-inputs.js'

export type CreateRequest = StudyDefinition & {
  readonly name: string
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
  /**
   * Turns a place in the definition into what the user typed there: `space.learningRate` →
   * `--learning-rate`.
   */
  readonly locate?: ((path: readonly PropertyKey[]) => string) | undefined
  /** Told how far a model or data set is that comes from a hub. */
  readonly onFetch?: ((progress: FetchProgress) => void) | undefined
}

export interface CreatedStudy {
  readonly dir: string
  readonly file: string
  readonly spec: StudySpec
  /** Which batch sizes are one, of a study that has just been made. */
  readonly note?: string
  /** What was found in the data of a fine-tuning that has just been made. */
  readonly data?: DataReport
}

/**
 * Checks everything that a study needs — name, values, model, data — and only then writes
 * `studies/NAME/study.yaml`. Relative paths start from the working directory. What is named by a
 * hub is fetched first, and written down with its commit.
 *
 * @throws UserError for the first thing that is wrong; nothing has been written then
 */
export async function createStudyFiles({
  name,
  studies = 'studies',
  locate,
  onFetch,
  ...definition
}: CreateRequest): Promise<CreatedStudy> {
  const dir = studyDir(resolve(studies), name)
  const file = definitionPath(dir)
  if (existsSync(file))
    throw new UserError(
      `study ${name}`,
      'exists already',
      `Continue it (tune study run ${name}), delete it (tune study delete ${name}) ` +
        'or choose another name',
    )
  const spec = await fetchPinnedInputs(
    studySpec(name, withTest(definition), process.cwd(), locate),
    {
      onProgress: onFetch,
    },
  )
  const data = await trialKind(spec.task).check(spec.task, spec.seed)
  if (spec.warmStart) await readEvidence(studies, spec.warmStart, locate?.(['warmStart']))
  await makeStudyFolder(dir)
  await replaceStudyFile(schemaPath(dir), `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`)
  await replaceStudyFile(file, writeDefinition(spec, file))
  const train = data?.split.train ?? Infinity
  const note = equalBatchesNote(spec, withoutEqualBatches(spec, train), train) ?? undefined
  return { dir, file, spec, ...optional({ data, note }) }
}

/**
 * A new study has a test split where its data allow one; a study.yaml without a word of it, as
 * earlier versions wrote them, has none.
 */
function withTest(definition: StudyDefinition): StudyDefinition {
  return 'model' in definition && definition.test === undefined
    ? { ...definition, test: 'auto' }
    : definition
}

/** Reads `studies/NAME/study.yaml` and checks what it points at. */
export function openDefinition(
  studies: string,
  name: string,
  onNote?: (message: string) => void,
): CreatedStudy {
  const dir = studyDir(resolve(studies), name)
  const file = definitionPath(dir)
  if (!existsSync(file))
    throw new UserError(
      `study ${name}`,
      `does not exist in ${resolve(studies)}`,
      'Make it with: tune study create, or see: tune study list',
    )
  return { dir, file, spec: readDefinition(file, name, onNote) }
}

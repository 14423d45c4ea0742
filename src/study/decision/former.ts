import type { FormerSpec, StudyDocument } from '../../record/document.js'
import { stagesGiven } from '../../record/stages.js'
import type { StudySpec } from '../../record/study.js'

/**
 * The history of a study's specifications with the one that is now replaced, where it had trials
 * and asks for something else.
 */
export function withFormer(
  { spec: had, trials, former = [] }: StudyDocument,
  spec: StudySpec,
): readonly FormerSpec[] {
  if (trials.length === 0 || searchFingerprint(had) === searchFingerprint(spec)) return former
  return [...former, { spec: had, trials: trials.length, stages: stagesGiven(trials) }]
}

/** The specification under which a trial was asked for. */
export function specOfTrial({ spec, former = [] }: StudyDocument, number: number): StudySpec {
  return former.find(({ trials }) => number < trials)?.spec ?? spec
}

/** The specification under which a stage was given out. */
export function specOfStage({ spec, former = [] }: StudyDocument, step: number): StudySpec {
  return former.find(({ stages }) => step < stages)?.spec ?? spec
}

/**
 * What a suggestion depends on; where trials run, and what is asked before and after, is not among
 * it.
 */
function searchFingerprint({
  slots: _slots,
  engine: _engine,
  task: _task,
  ...search
}: StudySpec): string {
  return JSON.stringify(search)
}

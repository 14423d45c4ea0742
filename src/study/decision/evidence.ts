import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '../../errors.js'
import type { Evidence } from '../../record/document.js'
import { byConfiguration, mean } from '../../record/repeats.js'
import { directionSign } from '../../record/objective.js'
import type { Direction } from '../../record/study.js'
import { bestMeasured, type CompleteTrial, type TrialRecord } from '../../record/trial.js'
import { readStudy } from '../../storage/index.js'
import { studyDir } from '../../storage/paths.js'

/**
 * What a study takes over from earlier ones: what each of their configurations came to.
 *
 * @param studies folder of all studies
 * @param at how the user spelled the place
 * @throws UserError where one of them is not there, or has no complete trial
 */
export async function readEvidence(
  studies: string,
  names: readonly string[],
  at = 'warmStart',
): Promise<readonly Evidence[]> {
  return Promise.all(
    names.map(async name => {
      const dir = studyDir(resolve(studies), name)
      if (!existsSync(dir))
        throw new UserError(
          `${at}: ${name}`,
          `does not exist in ${resolve(studies)}`,
          'See which there are: tune study list',
        )
      const { spec, trials } = (await readStudy(dir)).document
      const taken = evaluatedConfigurations(trials, spec.direction)
      if (taken.length === 0)
        throw new UserError(
          `${at}: ${name}`,
          'has no complete trial to learn from',
          `Run it first: tune study run ${name}`,
        )
      return { study: name, direction: spec.direction, trials: taken }
    }),
  )
}

/** One entry a configuration: of trials that share a training the best one, of repeats the mean. */
function evaluatedConfigurations(
  trials: readonly TrialRecord[],
  direction: Direction,
): Evidence['trials'] {
  const sign = directionSign(direction)
  const best = new Map<number, CompleteTrial>()
  for (const trial of trials) {
    if (trial.state !== 'complete') continue
    const other = best.get(trial.leader)
    if (!other || sign * bestMeasured(trial) < sign * bestMeasured(other))
      best.set(trial.leader, trial)
  }
  const led = [...best].map(([leader, trial]) => ({
    number: leader,
    repeatOf: trials[leader]!.repeatOf ?? leader,
    objective: bestMeasured(trial),
  }))
  return [...byConfiguration(led)].map(([first, repeats]) => ({
    params: trials[first]!.params,
    objective: mean(repeats.map(({ objective }) => objective)),
  }))
}

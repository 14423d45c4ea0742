import type { z } from 'zod'
import { UserError } from '../../errors.js'
import { earlyStoppingRules } from '../../overfit/index.js'
import { pruners } from '../../search/registry.js'
import { kinds } from '../../kinds/index.js'
import type { StudyInput, StudyOutput, TrialKindName } from '../../settings/index.js'
import { studySchema } from '../../settings/schema.js'
import { EARLY_STOPPING_WORDS } from './strategies.js'

export type { CommandDefinition } from '../../kinds/command/definition.js'
export type { ExternalDefinition } from '../../kinds/external/definition.js'
export type { FinetuneDefinition } from '../../kinds/finetune/definition.js'
export type { ModuleDefinition } from '../../kinds/module/definition.js'

/** study.yaml of any trial kind, as people write it. */
export type StudyDefinition = { [K in TrialKindName]: StudyInput<K> }[TrialKindName]

/** The schema of study.yaml for a trial kind; strategies are checked by their registries. */
export function definitionSchema<K extends TrialKindName>(
  kind: K,
): z.ZodObject & z.ZodType<StudyOutput<K>, StudyInput<K>> {
  return studySchema(kinds[kind].settings, {
    earlyStopping: checkRule,
    pruner: checkedBy(text => pruners.parse(text)),
  }) as z.ZodObject & z.ZodType<StudyOutput<K>, StudyInput<K>>
}

function checkRule(text: string, context: z.RefinementCtx): void {
  if (!EARLY_STOPPING_WORDS.includes(text))
    checkedBy(rule => earlyStoppingRules.parse(rule))(text, context)
}

function checkedBy(read: (text: string) => unknown) {
  return (text: string, context: z.RefinementCtx): void => {
    try {
      read(text)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      const { problem, remedy } = error
      context.addIssue({ code: 'custom', message: problem, params: { remedy } })
    }
  }
}

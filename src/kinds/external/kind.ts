import { z } from 'zod'
import type { TrialKind } from '../kind.js'
import { definition } from './definition.js'
import { settings } from './settings.js'
import { userTraining } from '../user-training/kind.js'
import { userTask } from '../user-training/task.js'
import type { ExternalTask } from './task.js'

/** Trained by whoever asks for a trial. */
export const external: TrialKind<ExternalTask> = {
  ...userTraining,
  name: 'external',
  settings,
  definition,
  trainedByCallers: true,
  record: z.object({ kind: z.literal('external'), ...userTask }),
  fixed: task => ({ ...task }),
  describe: () => [
    {
      label: { en: 'Training', zh: '训练' },
      text: { en: 'the caller trains each trial', zh: '由调用方训练每个试验' },
    },
  ],
  check: () => Promise.resolve(undefined),
  train() {
    throw new Error('an external trial is trained by whoever asked for it, not in a slot')
  },
}

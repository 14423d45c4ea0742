import { z } from 'zod'
import type { TrialKind } from '../kind.js'
import { definition } from './definition.js'
import { settings } from './settings.js'
import { userTraining } from '../user-training/kind.js'
import { userTask } from '../user-training/task.js'
import type { CommandTask } from './task.js'

/** Any program that prints its metrics. */
export const command: TrialKind<CommandTask> = {
  ...userTraining,
  name: 'command',
  settings,
  definition,
  record: z.object({
    kind: z.literal('command'),
    command: z.array(z.string()),
    directory: z.string(),
    ...userTask,
  }),
  fixed: task => ({ ...task }),
  describe: ({ command, directory }) => [
    { label: { en: 'Command', zh: '命令' }, text: command.join(' ') },
    { label: { en: 'Folder', zh: '目录' }, text: directory },
  ],
  async check(task) {
    const { checkProgram } = await import('./check.js')
    checkProgram(task)
    return undefined
  },
  train: () => import('./train.js'),
}

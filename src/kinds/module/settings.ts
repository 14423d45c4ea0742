import type { KindSettings } from '../../settings/kind-settings.js'

/** Which file trains. */
export const settings = {
  key: 'module',
  noun: 'a module of your own',
  label: 'module',
  family: 'user',
  least: { module: './train.mjs', parameters: { epochs: 3 } },
  own: [
    {
      name: 'module',
      type: 'string',
      required: true,
      flag: { value: 'file' },
      help: {
        en: 'your own training as a file that exports train(trial)',
        zh: '自己的训练代码：导出 train(trial) 的文件',
      },
    },
  ],
} as const satisfies KindSettings

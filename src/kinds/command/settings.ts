import type { KindSettings } from '../../settings/kind-settings.js'

/** Which program trains. */
export const settings = {
  key: 'command',
  noun: 'a command of your own',
  label: 'command',
  family: 'user',
  least: { command: 'python train.py', parameters: { epochs: 3 } },
  own: [
    {
      name: 'command',
      type: 'custom',
      required: true,
      shape: 'command',
      flag: { value: 'line' },
      help: {
        en:
          'your own training as a program that prints {"epoch": 1, "valLoss": 0.5} after ' +
          'each epoch; {name} stands for a parameter',
        zh: '自己的训练程序：每轮结束后打印 {"epoch": 1, "valLoss": 0.5}；{name} 代表某个参数的值',
      },
    },
    {
      name: 'directory',
      type: 'string',
      defaultText: { en: 'the current folder', zh: '当前文件夹' },
      flag: { value: 'dir' },
      help: { en: 'folder that the command runs in', zh: '运行该命令的文件夹' },
    },
  ],
} as const satisfies KindSettings

import type { KindSettings } from '../../settings/kind-settings.js'

/** That callers train, and what they report. */
export const settings = {
  key: 'external',
  noun: 'a study whose callers train',
  label: 'external',
  family: 'user',
  least: { external: true, parameters: { epochs: 3 } },
  own: [
    {
      name: 'external',
      type: 'custom',
      shape: 'true',
      required: true,
      help: {
        en: 'no training of its own: callers ask for trials and report their results',
        zh: '自身不训练：由调用方领取试验并回报结果',
      },
    },
    {
      name: 'direction',
      type: 'choice',
      choices: ['minimize', 'maximize'],
      default: 'minimize',
      help: {
        en: 'whether a smaller or a larger objective is better',
        zh: '目标值越小越好（minimize）还是越大越好（maximize）',
      },
    },
  ],
} as const satisfies KindSettings

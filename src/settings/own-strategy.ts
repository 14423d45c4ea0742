import { UserError } from '../errors.js'
import type { Strategy, StrategyChoice } from './strategy.js'

/** The name under which study.yaml states a sampler or pruner that is an object of a program. */
export const OWN = 'own'

/**
 * A sampler or pruner of the user's own, as a record has it: `own(middle)`. The object itself is
 * not stored; a program passes it whenever it runs the study.
 */
export interface OwnStrategy {
  /** The object's name. */
  readonly object: string
  /** It pauses trials and resumes them: an allocator, or a promoting pruner. */
  readonly pauses: boolean
}

/** @returns null for a strategy of this program */
export function ownStrategy({ name, options }: StrategyChoice): OwnStrategy | null {
  if (name !== OWN) return null
  return { object: String(options['object']), pauses: options['pauses'] === true }
}

/** How study.yaml names an object: `own(middle)`, `own(middle, pauses=true)`. */
export function ownText({ object, pauses }: OwnStrategy): string {
  return `${OWN}(${object}${pauses ? ', pauses=true' : ''})`
}

/** @param key of study.yaml: `sampler` */
export function ownEntry(key: string): Strategy {
  return {
    name: OWN,
    summary: {
      en: 'an object of your own, which a program passes when it runs the study',
      zh: '自己编写的对象，由运行研究的程序传入',
    },
    options: [
      { name: 'object', type: 'string', help: { en: 'its name', zh: '它的名称' } },
      {
        name: 'pauses',
        type: 'boolean',
        default: false,
        help: { en: 'it pauses trials and resumes them', zh: '它会暂停并恢复试验' },
      },
    ],
    create: options => missingObject(key, String((options as Record<string, unknown>)['object'])),
  }
}

/** @throws UserError that the object is not there */
export function missingObject(key: string, object: string): never {
  throw new UserError(
    key,
    `is ${object}, an object that only the program which made the study has`,
    `Run the study from there: study.run({ ${key}: … }), or name a ${key} of tune in study.yaml`,
  )
}

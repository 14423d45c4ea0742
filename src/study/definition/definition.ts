import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { UserError } from '../../errors.js'
import { SCORES, type Measure } from '../../record/objective.js'
import { migrateSettings, RENAMED_SETTINGS } from '../../record/migrate.js'
import type { CommandTask } from '../../kinds/command/task.js'
import type { ExternalTask } from '../../kinds/external/task.js'
import type { ModuleTask } from '../../kinds/module/task.js'
import type { StudySpec, TrainingSpec } from '../../record/study.js'
import * as registry from '../../search/registry.js'
import { checkConstraints } from '../../space/constraint.js'
import { checkSpace, contains } from '../../space/parameter.js'
import { checkPlaceholders, commandWords } from './command-words.js'
import { readExtras } from './condition.js'
import { parse, type Locate } from './misfit.js'
import { dataFrom, located } from './paths.js'
import { testFrom } from './test-split.js'
import {
  DEFAULTS,
  external,
  finetune,
  lora,
  ownCommand,
  ownModule,
  type common,
  type training,
} from './schema.js'
import { readWarmStart, readObjectives, withDefaults } from './search.js'
import { readOwnParameter, type OwnWritten } from './own-parameter.js'
import { checkPacing } from '../decision/pacing.js'
import { planOf } from '../decision/plan.js'
import { readParameter, type Written } from './range.js'

/**
 * Reads study.yaml. Keys of earlier versions are accepted in a file, with a note that names them.
 *
 * @throws UserError naming file, line and remedy
 */
export function readDefinition(
  file: string,
  name: string,
  onNote?: (message: string) => void,
): StudySpec {
  if (!existsSync(file))
    throw new UserError(
      file,
      'there is no such study',
      'Make one with: tune study create, or see: tune study list',
    )
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new UserError(
      `${file} line ${line}, column ${col}`,
      error.message
        .split('\n')[0]!
        .replace(/ at line.*$/, '')
        .replace(/[:.]$/, ''),
      'Mend the YAML there',
    )
  }
  const settings: unknown = document.toJS() ?? {}
  const renamed = Object.entries(RENAMED_SETTINGS).filter(([key]) => has(settings, key))
  if (renamed.length > 0)
    onNote?.(
      `${file} has keys of an earlier version; rename ${renamed.map(([before, after]) => `${before} to ${after}`).join(', ')}`,
    )
  return specOf(name, migrateSettings(settings), dirname(resolve(file)), path => {
    const [before = path[0]!] = renamed.find(([, after]) => after === path[0]) ?? []
    const line = lineOf(document, [before, ...path.slice(1)], lines)
    return `${file}${line ? ` line ${line}` : ''}: ${path.join('.') || 'the file'}`
  })
}

function lineOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lines: LineCounter,
): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as
      { range?: [number, number, number] | null } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}

/**
 * Checks a definition and fills in its defaults.
 *
 * @param base folder that relative paths start from
 * @param locate turns a path inside the definition into the words an error begins with
 * @throws UserError for the first value that does not fit
 */
export function specOf(
  name: string,
  value: unknown,
  base: string,
  locate: Locate = path => path.join('.'),
): StudySpec {
  const kinds = ['model', 'module', 'command', 'external'].filter(key => has(value, key))
  if (kinds.length > 1)
    throw new UserError(
      locate([kinds[1]!]),
      `stands beside ${kinds[0]}, and a study has one training`,
      `Take one of them out: ${kinds.join(' or ')}`,
    )
  if (has(value, 'module')) {
    const own = parse(ownModule, value, locate)
    return ownSpec(
      name,
      own,
      {
        kind: 'module',
        module: resolve(base, own.module),
        schedule: own.schedule ?? null,
        ...pausableOf(own),
      },
      locate,
    )
  }
  if (has(value, 'command')) {
    const own = parse(ownCommand, value, locate)
    const command = commandWords(own.command, locate(['command']))
    const spec = ownSpec(
      name,
      own,
      {
        kind: 'command',
        command,
        directory: resolve(base, own.directory ?? '.'),
        schedule: own.schedule ?? null,
        ...pausableOf(own),
      },
      locate,
    )
    checkPlaceholders(command, spec.space, locate(['command']))
    return spec
  }
  if (has(value, 'external')) {
    const own = parse(external, value, locate)
    const task = { kind: 'external' as const, schedule: own.schedule ?? null, ...pausableOf(own) }
    const spec = ownSpec(name, own, task, locate)
    return own.direction === undefined ? spec : { ...spec, direction: own.direction }
  }
  return finetuneSpec(name, parse(finetune, value, locate), base, locate)
}

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
}

function pausableOf({ pausable }: { readonly pausable?: boolean | undefined }): {
  readonly pausable?: true
} {
  return pausable ? { pausable } : {}
}

function finetuneSpec(
  name: string,
  parsed: z.output<typeof finetune>,
  base: string,
  locate: Locate,
): StudySpec {
  const { model, data, columns, probes, validation } = parsed
  const objectives = readObjectives(parsed.objective, parsed.objectives, locate)
  const training = trainingSpec(
    parsed.training,
    objectives.objectives ?? [objectives.objective ?? 'valLoss'],
    base,
  )
  const wanted = {
    learningRate: DEFAULTS.learningRate,
    batchSize: DEFAULTS.batchSize,
    epochs: DEFAULTS.epochs,
    ...parsed.space,
  }
  const adapters = Object.keys(wanted).find(key => key.startsWith('lora'))
  if (adapters && training.method !== 'lora')
    throw new UserError(
      locate(['space', adapters]),
      'is of LoRA, and all weights are trained',
      'Add method: lora to training (--method lora), or take it out',
    )
  const space = checkSpace(
    Object.entries(wanted).map(([key, value]) =>
      readExtras<Written>(value as Written, locate(['space', key]), plain =>
        readParameter(key, plain, locate(['space', key])),
      ),
    ),
  )
  const task = {
    kind: 'finetune' as const,
    model: located(base, model),
    data: dataFrom(base, data),
    ...(columns ? { columns } : {}),
    validation,
    ...(parsed.test === undefined ? {} : { test: testFrom(parsed.test, validation, base, locate) }),
    probes,
    training,
  }
  return withDefaults(
    checkedSpec({ ...commonSpec(name, parsed, locate), ...objectives, space, task }, locate),
    parsed.defaults,
    locate,
  )
}

/** What is said of adapters asks for them; an objective that is a score asks for answers. */
function trainingSpec(
  { method, lora: adapter, ...rest }: z.output<typeof training>,
  measures: readonly Measure[],
  base: string,
): TrainingSpec {
  const wanted = method ?? (adapter ? 'lora' : undefined)
  const asked =
    rest.score ?? (SCORES.some(score => measures.includes(score)) ? DEFAULTS.score : undefined)
  const test = rest.score?.data
  const scored = asked
    ? { score: { ...asked, ...(test === undefined ? {} : { data: dataFrom(base, test) }) } }
    : {}
  const given = {
    ...rest,
    ...scored,
    ...(wanted ? { method: wanted } : {}),
    ...(wanted === 'lora' ? { lora: adapter ?? lora.parse({}) } : {}),
  }
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as unknown as TrainingSpec
}

function ownSpec(
  name: string,
  parsed: Pick<z.output<typeof external>, keyof typeof common | 'parameters' | 'objectives'>,
  task: ModuleTask | CommandTask | ExternalTask,
  locate: Locate,
): StudySpec {
  const { parameters } = parsed
  if (parameters['epochs'] === undefined && task.kind !== 'external') {
    throw new UserError(
      locate(['parameters', 'epochs']),
      'is missing',
      'Say how many epochs a training may run at most: epochs: 10, or a range such as 5..50',
    )
  }
  const space = checkSpace(
    Object.entries(parameters).map(([key, value]) =>
      readExtras<OwnWritten>(value as OwnWritten, locate(['parameters', key]), plain =>
        readOwnParameter(key, plain, locate(['parameters', key])),
      ),
    ),
  )
  return withDefaults(
    checkedSpec(
      {
        ...commonSpec(name, parsed, locate),
        ...readObjectives(undefined, parsed.objectives, locate),
        space,
        task,
      },
      locate,
    ),
    parsed.defaults,
    locate,
  )
}

/** What is said of whole configurations must fit the parameters that the sampler chooses. */
function checkedSpec(spec: StudySpec, locate: Locate): StudySpec {
  const { space, pacing } = planOf(spec)
  checkPacing(spec, pacing, locate)
  if (spec.objectives && spec.pruner !== undefined)
    throw new UserError(
      locate(['pruner']),
      `is ${spec.pruner}, which compares trials by one objective, and the study has two`,
      'Take it out, or search for one objective',
    )
  checkConstraints(space, spec.constraints ?? [], index => locate(['constraints', index]))
  spec.initialPoints?.forEach((point, index) => {
    const searched = Object.fromEntries(
      Object.entries(point).filter(
        ([name]) => name !== 'epochs' || space.some(parameter => parameter.name === name),
      ),
    )
    if (!contains(space, searched))
      throw new UserError(
        locate(['initialPoints', index]),
        `${JSON.stringify(point)} is not a point of the space`,
        `Give a value within its bounds to each of ${space.map(({ name }) => name).join(', ')}`,
      )
  })
  return spec
}

function commonSpec(
  name: string,
  parsed: Pick<z.output<typeof finetune>, keyof typeof common>,
  locate: Locate,
): Omit<StudySpec, 'space' | 'task'> {
  const {
    sampler,
    trials,
    slots,
    engine,
    seed,
    earlyStopping,
    pruner,
    minGainPerEpoch,
    scoreEpoch,
    finalists,
    retrain,
    constraints,
    initialPoints,
    repeats,
    warmStart,
  } = parsed
  const { name: samplerName, ...options } =
    typeof sampler === 'string' ? { name: sampler } : sampler
  checkSampler(samplerName, options, locate)
  return {
    name,
    seed,
    direction: 'minimize',
    sampler: { name: samplerName, options },
    trials: trials ?? (samplerName === 'grid' ? Number.MAX_SAFE_INTEGER : DEFAULTS.trials),
    slots,
    ...(engine && engine !== 'auto' ? { engine } : {}),
    earlyStopping,
    ...(pruner === undefined ? {} : { pruner }),
    ...(minGainPerEpoch === undefined ? {} : { minGainPerEpoch }),
    ...(scoreEpoch === 'last' ? { scoreEpoch } : {}),
    ...(finalists === undefined ? {} : { finalists }),
    ...(retrain ? { retrain } : {}),
    ...(constraints?.length ? { constraints } : {}),
    ...(initialPoints?.length ? { initialPoints } : {}),
    ...(repeats !== undefined && repeats > 1 ? { repeats } : {}),
    ...readWarmStart(name, warmStart, locate),
  }
}

/**
 * The registry knows which samplers there are and what they take; here is known where the user
 * wrote it.
 */
function checkSampler(
  name: string,
  options: Readonly<Record<string, unknown>>,
  locate: Locate,
): void {
  try {
    registry.checkSampler(name, options)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(locate(error.subject.split('.')), error.problem, error.remedy)
  }
}

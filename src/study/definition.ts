import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { Document, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { engineNames } from '../compile/engine.js'
import { nearest, unreachable, UserError } from '../errors.js'
import { isReference } from '../hub/index.js'
import { ruleNamed } from '../overfit/index.js'
import { directionOf, OBJECTIVES, SCORES, type Objective } from '../record/objective.js'
import { OPTIMIZERS, SCHEDULES, type OwnTask, type StudySpec, type TrainingSpec } from '../record/study.js'
import { samplerNamed } from '../search/registry.js'
import { checkConstraints } from '../space/constraint.js'
import { checkSpace, contains } from '../space/parameter.js'
import { checkPlaceholders, commandWords } from './command-words.js'
import { readExtras, writeExtras } from './condition.js'
import { readOwnParameter, writeOwnParameter, type OwnWritten } from './own-parameter.js'
import { planOf } from './plan.js'
import { readParameter, writeParameter, type Written } from './range.js'


/** What a fine-tuning starts from when nothing is said. The only place of defaults. */
export const DEFAULTS = {
  sampler: 'auto',
  trials: 12,
  slots: 2,
  seed: 1,
  learningRate: '1e-4..1e-2',
  batchSize: '4,8,16',
  epochs: '1..10',
  validation: 0.15,
  schedule: 'constant',
  warmupSteps: 10,
  weightDecay: 0.01,
  clipNorm: 1,
  maxLength: 512,
  lora: { rank: 8, alpha: 16, dropout: 0, targets: ['all-linear'], rslora: false },
  score: { examples: 32, maxTokens: 64 },
} as const

/** The name of a stopping rule. */
function aRule(text: string, context: z.RefinementCtx): void {
  try {
    ruleNamed(text)
  } catch (error) {
    context.addIssue(error instanceof UserError ? `${error.problem}; ${error.remedy}` : String(error))
  }
}

const anyChoice = z.union([z.string(), z.number(), z.boolean()])
const extras = { step: z.number().gt(0).optional(), when: z.record(z.string(), z.union([anyChoice, z.array(anyChoice)])).optional() }

const written = z.union([
  z.string(),
  z.number(),
  z.array(z.union([z.string(), z.number()])),
  z.strictObject({ low: z.number(), high: z.number(), scale: z.enum(['linear', 'log']).optional(), ...extras }),
  z.strictObject({ choices: z.array(z.union([z.string(), z.number()])).min(1), when: extras.when }),
])

const share = z.number().min(0).lt(1)

const lora = z.strictObject({
  rank: z.int().min(1).max(4096).default(DEFAULTS.lora.rank),
  alpha: z.number().gt(0).default(DEFAULTS.lora.alpha),
  dropout: share.default(DEFAULTS.lora.dropout),
  targets: z.array(z.string().min(1)).min(1).default([...DEFAULTS.lora.targets]),
  rslora: z.boolean().default(DEFAULTS.lora.rslora),
})

/** What data are named by. */
const sources = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])

const score = z.strictObject({
  examples: z.int().min(0).default(DEFAULTS.score.examples),
  maxTokens: z.int().min(1).default(DEFAULTS.score.maxTokens),
  data: sources.optional(),
})

const training = z.strictObject({
  schedule: z.enum(SCHEDULES).default(DEFAULTS.schedule),
  warmupSteps: z.int().min(0).default(DEFAULTS.warmupSteps),
  weightDecay: z.number().min(0).max(1).default(DEFAULTS.weightDecay),
  clipNorm: z.number().min(0).default(DEFAULTS.clipNorm),
  maxLength: z.int().min(8).max(1_000_000).default(DEFAULTS.maxLength),
  optimizer: z.enum(OPTIMIZERS).optional(),
  momentum: share.optional(),
  warmupRatio: share.optional(),
  decayRatio: z.number().gt(0).max(1).optional(),
  dropout: share.optional(),
  labelSmoothing: share.optional(),
  method: z.enum(['full', 'lora']).optional(),
  lora: lora.optional(),
  evaluateEvery: z.number().min(0).max(1).optional(),
  score: score.optional(),
})

const common = {
  sampler: z.union([z.string(), z.looseObject({ name: z.string() })]).default(DEFAULTS.sampler),
  trials: z.int().min(1).max(1_000_000).optional(),
  slots: z.int().min(1).max(256).default(DEFAULTS.slots),
  engine: z.enum(['auto', ...engineNames]).optional(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(DEFAULTS.seed),
  stopOverfit: z.union([z.boolean(), z.string().superRefine(aRule)]).default(true),
  constraints: z.array(z.string().min(1)).optional(),
  start: z.array(z.record(z.string(), anyChoice)).optional(),
}

/** study.yaml of a fine-tuning, as people write it. */
const finetune = z.strictObject({
  model: z.string().min(1),
  data: sources,
  columns: z.partialRecord(z.enum(['prompt', 'input', 'answer', 'system', 'history', 'messages', 'text']), z.string().min(1)).optional(),
  probes: z.array(z.string().min(1)).default([]),
  ...common,
  space: z.record(z.string(), written).default({}),
  training: training.prefault({}),
  objective: z.enum(OBJECTIVES).optional(),
  validation: z.number().gt(0).lt(1).default(DEFAULTS.validation),
})

const choice = z.union([z.string(), z.number(), z.boolean()])
const ownWritten = z.union([
  choice,
  z.array(choice),
  z.strictObject({ low: z.number(), high: z.number(), scale: z.enum(['linear', 'log']).optional(), kind: z.enum(['int', 'float']).optional(), ...extras }),
  z.strictObject({ choices: z.array(choice).min(1), when: extras.when }),
])

/** study.yaml of a training of the user's own. */
const ownCommon = { parameters: z.record(z.string(), ownWritten), schedule: z.enum(SCHEDULES).optional(), ...common }
const ownModule = z.strictObject({ module: z.string().min(1), ...ownCommon })
const ownCommand = z.strictObject({ command: z.union([z.string(), z.array(z.string())]), directory: z.string().min(1).optional(), ...ownCommon })

export type FinetuneDefinition = z.input<typeof finetune>
export type ModuleDefinition = z.input<typeof ownModule>
export type CommandDefinition = z.input<typeof ownCommand>
export type StudyDefinition = FinetuneDefinition | ModuleDefinition | CommandDefinition

type Locate = (path: readonly PropertyKey[]) => string

/**
 * Checks a definition and fills in its defaults.
 *
 * @param base folder that relative paths start from
 * @param locate turns a path inside the definition into the words an error begins with
 * @throws UserError for the first value that does not fit
 */
export function specOf(name: string, value: unknown, base: string, locate: Locate = path => path.join('.')): StudySpec {
  const has = (key: string): boolean => typeof value === 'object' && value !== null && Object.hasOwn(value, key)
  const kinds = ['model', 'module', 'command'].filter(has)
  if (kinds.length > 1) throw new UserError(locate([kinds[1]!]), `stands beside ${kinds[0]}, and a study has one training`, `Take one of them out: ${kinds.join(' or ')}`)
  if (has('module')) {
    const own = parse(ownModule, value, locate)
    return ownSpec(name, own, { kind: 'module', module: resolve(base, own.module), schedule: own.schedule ?? null }, locate)
  }
  if (has('command')) {
    const own = parse(ownCommand, value, locate)
    const command = commandWords(own.command, locate(['command']))
    const spec = ownSpec(name, own, { kind: 'command', command, directory: resolve(base, own.directory ?? '.'), schedule: own.schedule ?? null }, locate)
    checkPlaceholders(command, spec.space, locate(['command']))
    return spec
  }
  return finetuneSpec(name, parse(finetune, value, locate), base, locate)
}

function finetuneSpec(name: string, parsed: z.output<typeof finetune>, base: string, locate: Locate): StudySpec {
  const { model, data, columns, probes, validation } = parsed
  const objective = parsed.objective === 'valLoss' ? undefined : parsed.objective
  const training = trainingSpec(parsed.training, objective, base)
  const wanted = { learningRate: DEFAULTS.learningRate, batchSize: DEFAULTS.batchSize, epochs: DEFAULTS.epochs, ...parsed.space }
  const adapters = Object.keys(wanted).find(key => key.startsWith('lora'))
  if (adapters && training.method !== 'lora') throw new UserError(locate(['space', adapters]), 'is of LoRA, and all weights are trained', 'Add method: lora to training (--method lora), or take it out')
  const space = checkSpace(Object.entries(wanted).map(([key, value]) => readExtras<Written>(value as Written, locate(['space', key]), plain => readParameter(key, plain, locate(['space', key])))))
  const task = { kind: 'finetune' as const, model: located(base, model), data: dataFrom(base, data), ...(columns ? { columns } : {}), validationFraction: validation, probes, training }
  return checkedSpec({ ...commonSpec(name, parsed, locate), ...(objective ? { objective, direction: directionOf(objective) } : {}), space, task }, locate)
}

/** What is said of adapters asks for them; an objective that is a score asks for answers. */
function trainingSpec({ method, lora: adapter, ...rest }: z.output<typeof training>, objective: Objective | undefined, base: string): TrainingSpec {
  const wanted = method ?? (adapter ? 'lora' : undefined)
  const asked = rest.score ?? (objective && SCORES.includes(objective) ? DEFAULTS.score : undefined)
  const test = rest.score?.data
  const scored = asked ? { score: { ...asked, ...(test === undefined ? {} : { data: dataFrom(base, test) }) } } : {}
  const given = { ...rest, ...scored, ...(wanted ? { method: wanted } : {}), ...(wanted === 'lora' ? { lora: adapter ?? lora.parse({}) } : {}) }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as TrainingSpec
}

function ownSpec(name: string, parsed: z.output<typeof ownModule> | z.output<typeof ownCommand>, task: OwnTask, locate: Locate): StudySpec {
  const { parameters } = parsed
  if (parameters['epochs'] === undefined) {
    throw new UserError(locate(['parameters', 'epochs']), 'is missing', 'Say how many epochs a training may run at most: epochs: 10, or a range such as 5..50')
  }
  const space = checkSpace(Object.entries(parameters).map(([key, value]) => readExtras<OwnWritten>(value as OwnWritten, locate(['parameters', key]), plain => readOwnParameter(key, plain, locate(['parameters', key])))))
  return checkedSpec({ ...commonSpec(name, parsed, locate), space, task }, locate)
}

/** What is said of whole configurations must fit the parameters that the sampler chooses. */
function checkedSpec(spec: StudySpec, locate: Locate): StudySpec {
  const { space } = planOf(spec)
  checkConstraints(space, spec.constraints ?? [], index => locate(['constraints', index]))
  spec.start?.forEach((point, index) => {
    const searched = Object.fromEntries(Object.entries(point).filter(([name]) => name !== 'epochs' || space.some(parameter => parameter.name === name)))
    if (!contains(space, searched)) throw new UserError(locate(['start', index]), `${JSON.stringify(point)} is not a point of the space`, `Give a value within its bounds to each of ${space.map(({ name }) => name).join(', ')}`)
  })
  return spec
}

function commonSpec(name: string, parsed: Pick<z.output<typeof finetune>, keyof typeof common>, locate: Locate): Omit<StudySpec, 'space' | 'task'> {
  const { sampler, trials, slots, engine, seed, stopOverfit, constraints, start } = parsed
  const { name: samplerName, ...options } = typeof sampler === 'string' ? { name: sampler } : sampler
  checkSampler(samplerName, options, locate)
  return {
    name,
    seed,
    direction: 'minimize',
    sampler: { name: samplerName, options },
    trials: trials ?? (samplerName === 'grid' ? Number.MAX_SAFE_INTEGER : DEFAULTS.trials),
    slots,
    ...(engine && engine !== 'auto' ? { engine } : {}),
    stopOverfit,
    ...(constraints?.length ? { constraints } : {}),
    ...(start?.length ? { start } : {}),
  }
}

function parse<T>(schema: z.ZodObject & z.ZodType<T>, value: unknown, locate: Locate): T {
  const parsed = schema.safeParse(value, { reportInput: true })
  if (!parsed.success) throw misfit(parsed.error.issues[0]!, Object.keys(schema.shape), locate)
  return parsed.data
}

/** @throws UserError naming file, line and remedy */
export function readDefinition(file: string, name: string): StudySpec {
  if (!existsSync(file)) throw new UserError(file, 'there is no such study', 'Make one with: tune study create, or see: tune study list')
  const lines = new LineCounter()
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines })
  const [error] = document.errors
  if (error) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new UserError(`${file} line ${line}, column ${col}`, error.message.split('\n')[0]!.replace(/ at line.*$/, '').replace(/[:.]$/, ''), 'Mend the YAML there')
  }
  return specOf(name, document.toJS() ?? {}, dirname(resolve(file)), path => {
    const line = lineOf(document, path, lines)
    return `${file}${line ? ` line ${line}` : ''}: ${path.join('.') || 'the file'}`
  })
}

/** study.yaml for a specification, with a line on each value for whoever edits it by hand. */
export function writeDefinition(spec: StudySpec, file: string): string {
  const { sampler } = spec
  const document = new Document({
    ...taskAsWritten(spec, dirname(resolve(file))),
    sampler: Object.keys(sampler.options).length > 0 ? { name: sampler.name, ...sampler.options } : sampler.name,
    ...(spec.trials < Number.MAX_SAFE_INTEGER ? { trials: spec.trials } : {}),
    slots: spec.slots,
    ...(spec.engine ? { engine: spec.engine } : {}),
    seed: spec.seed,
    ...settingsAsWritten(spec, dirname(resolve(file))),
    stopOverfit: spec.stopOverfit,
    ...(spec.constraints ? { constraints: spec.constraints } : {}),
    ...(spec.start ? { start: spec.start } : {}),
  })
  for (const [key, comment] of Object.entries(COMMENTS)) {
    const node = document.get(key, true) as { comment?: string } | undefined
    const flat = node && !('items' in node)
    if (flat) node.comment = ` ${comment}`
    else if (node) (document.contents as unknown as { items: { key: { value: string; commentBefore?: string } }[] }).items.find(item => (item.key as unknown) === key || item.key.value === key)!.key.commentBefore = ` ${comment}`
  }
  return String(document)
}

/** What is trained. */
function taskAsWritten({ task }: StudySpec, base: string): object {
  switch (task.kind) {
    case 'finetune':
      return {
        model: nearby(base, task.model),
        data: sourcesAsWritten(task.data, base),
        ...(task.columns ? { columns: task.columns } : {}),
        probes: task.probes,
      }
    case 'module':
      return { module: nearby(base, task.module) }
    case 'command':
      return { command: task.command, directory: nearby(base, task.directory) || '.' }
    default:
      return unreachable(task)
  }
}

/** What is searched, and what is the same for every trial. */
function settingsAsWritten({ task, space, objective }: StudySpec, base: string): object {
  if (task.kind === 'finetune') {
    return { space: Object.fromEntries(space.map(parameter => [parameter.name, writeExtras(parameter, writeParameter(parameter))])), training: trainingAsWritten(task.training, base), ...(objective ? { objective } : {}), validation: task.validationFraction }
  }
  const parameters = Object.fromEntries(space.map(parameter => [parameter.name, writeExtras(parameter, writeOwnParameter(parameter))]))
  return { parameters, ...(task.schedule === null ? {} : { schedule: task.schedule }) }
}

function trainingAsWritten({ score, ...rest }: TrainingSpec, base: string): object {
  return { ...rest, ...(score ? { score: { ...score, ...(score.data === undefined ? {} : { data: sourcesAsWritten(score.data, base) }) } } : {}) }
}

function sourcesAsWritten(data: string | readonly string[], base: string): string | string[] {
  return typeof data === 'string' ? nearby(base, data) : data.map(source => nearby(base, source))
}

const COMMENTS: Readonly<Record<string, string>> = {
  model: 'a folder in Hugging Face layout, or hf:org/name',
  data: 'JSON, JSONL, CSV, XML, Parquet or text; a file, a folder, a pattern, or a list of them',
  module: 'a file that exports train(trial)',
  command: 'a program that prints {"epoch": 1, "valLoss": 0.5} after each epoch; {name} is a parameter',
  directory: 'where it runs',
  parameters: 'what is searched: a range low..high, or a list; epochs is the most that a training may run',
  probes: 'asked before the search, and again of the best model',
  sampler: 'auto, bayesian, tpe, random, sobol, halton or grid',
  trials: 'how many configurations to try',
  slots: 'trials side by side',
  engine: 'what trials run on; tune doctor measures them',
  seed: 'the same seed asks for the same trials',
  space: 'what is searched: a range low..high, or a list',
  training: 'the same for every trial',
  objective: 'what trials are compared by: valLoss, perplexity, tokenAccuracy, exactMatch, contains or rougeL',
  validation: 'share of the examples held back to measure with',
  stopOverfit: 'end a trial when more epochs only make it worse',
}

/** Absolute paths of what a data set is named by; what is fetched from a hub keeps its name. */
export function dataFrom(base: string, data: string | readonly string[]): string | readonly string[] {
  return typeof data === 'string' ? located(base, data) : data.map(source => located(base, source))
}

function located(base: string, path: string): string {
  return isReference(path) ? path : resolve(base, path)
}

/** A path as it reads best from `base`: relative when it is near, absolute when it is not. */
function nearby(base: string, path: string): string {
  if (isReference(path)) return path
  const way = relative(base, path)
  return isAbsolute(way) || way.startsWith(join('..', '..', '..', '..')) ? path : way
}

function lineOf(document: ReturnType<typeof parseDocument>, path: readonly PropertyKey[], lines: LineCounter): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] | null } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return undefined
}

/** The registry knows which samplers there are and what they take; here is known where the user wrote it. */
function checkSampler(name: string, options: Readonly<Record<string, unknown>>, locate: Locate): void {
  try {
    samplerNamed(name, options)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(locate(error.subject.split('.')), error.problem, error.remedy)
  }
}

/** Settings that have settings of their own. */
const nested: Readonly<Record<string, object>> = { lora: lora.shape, score: score.shape }

function misfit(issue: z.core.$ZodIssue, keys: readonly string[], locate: Locate): UserError {
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys
    const known = issue.path.length === 0 ? keys : issue.path[0] === 'training' ? Object.keys(nested[String(issue.path[1])] ?? training.shape) : []
    const close = nearest(key!, known)
    return new UserError(locate([...issue.path, key!]), 'is not a setting', close ? `Did you mean ${close}?` : `Use one of ${known.join(', ')}`)
  }
  if (issue.input === undefined) return new UserError(locate(issue.path), 'is missing', 'Add it')
  return new UserError(locate(issue.path), `${JSON.stringify(issue.input)} does not fit`, expected(issue))
}

/** What would have been accepted, as an imperative. */
function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `Give ${issue.origin === 'number' || issue.origin === 'int' ? 'a number' : 'something'} ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`
    case 'too_big':
      return `Give ${issue.origin === 'number' || issue.origin === 'int' ? 'a number' : 'something'} ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`
    case 'invalid_value':
      return `Use ${issue.values.map(String).join(', ')}`
    case 'invalid_type':
      return `Give a ${issue.expected === 'int' ? 'whole number' : issue.expected}`
    default:
      return `Mend it: ${issue.message}`
  }
}

import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { Document, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { nearest, UserError } from '../errors.js'
import type { StudySpec } from '../record/study.js'
import { checkSpace } from '../space/parameter.js'
import { samplerNamed } from '../search/registry.js'
import { readParameter, writeParameter } from './range.js'

const SCHEDULES = ['constant', 'linear', 'cosine'] as const

/** What a fine-tuning starts from when nothing is said. The only place of defaults. */
export const DEFAULTS = {
  sampler: 'bayesian',
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
} as const

const written = z.union([
  z.string(),
  z.number(),
  z.array(z.union([z.string(), z.number()])),
  z.strictObject({ low: z.number(), high: z.number(), scale: z.enum(['linear', 'log']).optional() }),
])

const training = z.strictObject({
  schedule: z.enum(SCHEDULES).default(DEFAULTS.schedule),
  warmupSteps: z.int().min(0).default(DEFAULTS.warmupSteps),
  weightDecay: z.number().min(0).max(1).default(DEFAULTS.weightDecay),
  clipNorm: z.number().min(0).default(DEFAULTS.clipNorm),
  maxLength: z.int().min(8).max(1_000_000).default(DEFAULTS.maxLength),
})

/** study.yaml as people write it. */
const definition = z.strictObject({
  model: z.string().min(1),
  data: z.string().min(1),
  probes: z.array(z.string().min(1)).default([]),
  sampler: z.union([z.string(), z.looseObject({ name: z.string() })]).default(DEFAULTS.sampler),
  trials: z.int().min(1).max(1_000_000).optional(),
  slots: z.int().min(1).max(256).default(DEFAULTS.slots),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(DEFAULTS.seed),
  space: z.record(z.string(), written).default({}),
  training: training.prefault({}),
  validation: z.number().gt(0).lt(1).default(DEFAULTS.validation),
  stopOverfit: z.boolean().default(true),
})

export type StudyDefinition = z.input<typeof definition>

/**
 * Checks a definition and fills in its defaults.
 *
 * @param base folder that relative paths start from
 * @param locate turns a path inside the definition into the words an error begins with
 * @throws UserError for the first value that does not fit
 */
export function specOf(name: string, value: unknown, base: string, locate: (path: readonly PropertyKey[]) => string = path => path.join('.')): StudySpec {
  const parsed = definition.safeParse(value, { reportInput: true })
  if (!parsed.success) throw misfit(parsed.error.issues[0]!, locate)
  const { model, data, probes, sampler, slots, seed, training, validation, stopOverfit } = parsed.data
  const wanted = { learningRate: DEFAULTS.learningRate, batchSize: DEFAULTS.batchSize, epochs: DEFAULTS.epochs, ...parsed.data.space }
  const space = checkSpace(Object.entries(wanted).map(([key, value]) => readParameter(key, value, locate(['space', key]))))
  const { name: samplerName, ...options } = typeof sampler === 'string' ? { name: sampler } : sampler
  checkSampler(samplerName, options, locate)
  return {
    name,
    seed,
    direction: 'minimize',
    space,
    sampler: { name: samplerName, options },
    trials: parsed.data.trials ?? (samplerName === 'grid' ? Number.MAX_SAFE_INTEGER : DEFAULTS.trials),
    slots,
    stopOverfit,
    task: { kind: 'finetune', model: resolve(base, model), data: resolve(base, data), validationFraction: validation, probes, training },
  }
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
  const { task, sampler } = spec
  const base = dirname(resolve(file))
  const document = new Document({
    model: nearby(base, task.model),
    data: nearby(base, task.data),
    probes: task.probes,
    sampler: Object.keys(sampler.options).length > 0 ? { name: sampler.name, ...sampler.options } : sampler.name,
    ...(spec.trials < Number.MAX_SAFE_INTEGER ? { trials: spec.trials } : {}),
    slots: spec.slots,
    seed: spec.seed,
    space: Object.fromEntries(spec.space.map(parameter => [parameter.name, writeParameter(parameter)])),
    training: task.training,
    validation: task.validationFraction,
    stopOverfit: spec.stopOverfit,
  })
  for (const [key, comment] of Object.entries(COMMENTS)) {
    const node = document.get(key, true) as { comment?: string } | undefined
    const flat = node && !('items' in node)
    if (flat) node.comment = ` ${comment}`
    else if (node) (document.contents as unknown as { items: { key: { value: string; commentBefore?: string } }[] }).items.find(item => (item.key as unknown) === key || item.key.value === key)!.key.commentBefore = ` ${comment}`
  }
  return String(document)
}

const COMMENTS: Readonly<Record<string, string>> = {
  model: 'a folder in Hugging Face layout',
  data: 'JSON or JSONL',
  probes: 'asked before the search, and again of the best model',
  sampler: 'grid, random or bayesian',
  trials: 'how many configurations to try',
  slots: 'trials side by side',
  seed: 'the same seed asks for the same trials',
  space: 'what is searched: a range low..high, or a list',
  training: 'the same for every trial',
  validation: 'share of the examples held back to measure with',
  stopOverfit: 'end a trial when more epochs only make it worse',
}

/** A path as it reads best from `base`: relative when it is near, absolute when it is not. */
function nearby(base: string, path: string): string {
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
function checkSampler(name: string, options: Readonly<Record<string, unknown>>, locate: (path: readonly PropertyKey[]) => string): void {
  try {
    samplerNamed(name, options)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(locate(error.subject.split('.')), error.problem, error.remedy)
  }
}

function misfit(issue: z.core.$ZodIssue, locate: (path: readonly PropertyKey[]) => string): UserError {
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys
    const known = issue.path.length === 0 ? Object.keys(definition.shape) : issue.path[0] === 'training' ? Object.keys(training.shape) : []
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

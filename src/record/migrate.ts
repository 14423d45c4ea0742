/** A study record as JSON, of any format. */
type Json = Readonly<Record<string, unknown>>

/** The format that this version writes. */
export const FORMAT = 2

/**
 * Turns a study document of format 1 into format 2: fields have new names, their values stay. The
 * result is not yet checked; `decodeDocument` does that.
 *
 * | format 1 | format 2 |
 * |---|---|
 * | spec.stopOverfit: true, false, a rule | spec.earlyStopping: `verdict`, `off`, the rule |
 * | spec.worth, start, from, trialScore | minGainPerEpoch, initialPoints, warmStart, scoreEpoch |
 * | spec.task.validationFraction | spec.task.validation |
 * | trial.training, trial.why | trial.leader, trial.rationale |
 * | trial.stages[].why, .end.left | rationale, end.finishedStep |
 * | trial.stop.kind `left` | `not-resumed` |
 * | trial.failure.kind `interrupted` | `crashed` |
 */
export function migrateDocument(document: Json): Json {
  return mapValues(migrateFields(document), { trials: each(migrateTrial) }) as Json
}

/** The same of some of a document's fields, without its trials: a change in the journal. */
export function migrateFields(fields: Json): Json {
  return mapValues(fields, {
    format: () => FORMAT,
    spec: migrateSpec,
    former: each(former => mapValues(former, { spec: migrateSpec })),
  }) as Json
}

/** The same of one trial. */
export function migrateTrial(trial: unknown): unknown {
  const values = mapValues(trial, {
    stages: each(migrateStage),
    stop: kind('left', 'not-resumed'),
    failure: kind('interrupted', 'crashed'),
  })
  return renameKeys(values, { training: 'leader', why: 'rationale' })
}

/** Keys of study.yaml that have a new name since format 1. */
export const RENAMED_SETTINGS: Readonly<Record<string, string>> = {
  stopOverfit: 'earlyStopping',
  worth: 'minGainPerEpoch',
  start: 'initialPoints',
  from: 'warmStart',
  trialScore: 'scoreEpoch',
}

/** Renames the settings of a study.yaml that was written before format 2. */
export function migrateSettings(settings: unknown): unknown {
  return renameKeys(mapValues(settings, { stopOverfit: earlyStopping }), RENAMED_SETTINGS)
}

function migrateSpec(spec: unknown): unknown {
  return mapValues(migrateSettings(spec), {
    task: task => renameKeys(task, { validationFraction: 'validation' }),
  })
}

function migrateStage(stage: unknown): unknown {
  const values = mapValues(stage, { end: end => renameKeys(end, { left: 'finishedStep' }) })
  return renameKeys(values, { why: 'rationale' })
}

function earlyStopping(value: unknown): unknown {
  if (typeof value !== 'boolean') return value
  return value ? 'verdict' : 'off'
}

/** Changes the field `kind` of an object from one word to another. */
function kind(before: string, after: string): Change {
  return value => mapValues(value, { kind: word => (word === before ? after : word) })
}

type Change = (value: unknown) => unknown

function each(change: Change): Change {
  return list => (Array.isArray(list) ? list.map(change) : list)
}

/** Keeps the order of the fields; what is not an object stays as it is. */
function renameKeys(object: unknown, names: Readonly<Record<string, string>>): unknown {
  return entries(object, ([key, value]) => [Object.hasOwn(names, key) ? names[key]! : key, value])
}

function mapValues(object: unknown, changes: Readonly<Record<string, Change>>): unknown {
  return entries(object, ([key, value]) => [
    key,
    Object.hasOwn(changes, key) ? changes[key]!(value) : value,
  ])
}

function entries(
  object: unknown,
  change: (entry: [string, unknown]) => [string, unknown],
): unknown {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return object
  return Object.fromEntries(Object.entries(object).map(change))
}

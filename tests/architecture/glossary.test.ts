import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

/** Names that are wrong in every meaning, each with the term that docs/glossary.md has for it. */
const WRONG_EVERYWHERE: Readonly<Record<string, string>> = {
  Standing: 'DecisionInput',
  standing: 'input',
  Course: 'UserTrainingRun',
  Told: 'EpochReport',
  Recipe: 'TrainingVariant',
  recipe: 'variant',
  CurveTrial: 'Curve',
  PrunedCurve: 'Curve',
  KnownTrial: 'Curve',
  KnownCurve: 'Curve',
  Started: 'Curve',
  Observation: 'Curve',
  Made: 'a noun that says what was made',
  sizeOf: 'elementCount, fileBytes, folderBytes or configurationCount',
  stopOverfit: 'earlyStopping',
  trialScore: 'scoreEpoch',
  worth: 'minGainPerEpoch',
  toldApart: 'distinguishable',
  believing: 'withFantasies',
  believed: 'the posterior mean',
  believedBest: 'the winner',
  thinned: 'subsample',
  farthest: 'maximin',
  lasting: 'frozen',
  inTurn: 'Mutex',
  serially: 'Mutex',
  house: 'model folder or checkpoint',
  landmark: 'model folder or checkpoint',
  room: 'module',
  rooms: 'modules',
  followers: 'members',
  why: 'rationale',
  known: 'say which trials or which curve',
  told: 'a noun',
  asked: 'a noun',
  given: 'a noun',
  kept: 'a noun',
  held: 'a noun',
  wanted: 'a noun',
  seen: 'a noun',
  whole: 'a noun',
}

/**
 * Names that are wrong in one meaning only: the term for that meaning, and the folders of src/ where
 * a declaration of the name has it.
 */
const WRONG_IN: Readonly<
  Record<string, { readonly term: string; readonly in: readonly string[] }>
> = {
  weights: { term: 'lossMask', in: ['dataset/'] },
  trained: { term: 'lossMask or targetPositions', in: ['dataset/', 'training/'] },
  counted: { term: 'lossMask or targetPositions', in: ['dataset/', 'training/'] },
  places: { term: 'targetPositions', in: ['dataset/', 'training/'] },
  training: { term: 'leader', in: ['ranking/', 'search/', 'study/decision/', 'study/session/'] },
  from: { term: 'warmStart', in: ['settings/', 'study/definition/'] },
  start: { term: 'initialPoints', in: ['settings/', 'study/definition/', 'search/'] },
  scale: { term: 'standard deviation or length scale', in: ['search/gaussian-process/'] },
  left: { term: 'conditionalVariance, or what is left', in: ['search/', 'ranking/'] },
  rest: { term: 'shard or microBatch', in: ['compile/', 'training/'] },
  parts: { term: 'shards or microBatches', in: ['compile/', 'training/'] },
  part: { term: 'shard or microBatch', in: ['compile/', 'training/'] },
  levels: { term: 'epochCounts', in: ['record/', 'study/', 'training/', 'kinds/', 'trial/'] },
  leader: { term: 'winner', in: ['search/'] },
  incumbent: { term: 'winner', in: ['ranking/', 'report/', 'record/', 'study/', 'server/'] },
  lanes: { term: 'workers or simdLanes', in: ['compile/engines/'] },
  History: { term: 'Curve', in: ['search/'] },
}

/** `repeatOf: 3` of a trial reads "repeat of trial 3". */
const ENGLISH_OF = ['repeatOf']

interface Declaration {
  readonly place: string
  readonly name: string
}

const source = join(import.meta.dirname, '../../src')
const declarations = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => path.split(sep).join('/'))
  .flatMap(path => declarationsIn(path, readFileSync(join(source, path), 'utf8')))

describe('declared names', () => {
  it('are the terms of the glossary', () => {
    const strays = declarations
      .filter(({ name }) => Object.hasOwn(WRONG_EVERYWHERE, name))
      .map(({ place, name }) => `${place}: ${name} → ${WRONG_EVERYWHERE[name]}`)
    expect(strays).toEqual([])
  })

  it('have one meaning', () => {
    const strays = declarations
      .filter(
        ({ place, name }) =>
          Object.hasOwn(WRONG_IN, name) &&
          WRONG_IN[name]!.in.some(folder => place.startsWith(folder)),
      )
      .map(({ place, name }) => `${place}: ${name} → ${WRONG_IN[name]!.term}`)
    expect(strays).toEqual([])
  })

  it('end in Of only if English needs it', () => {
    const strays = declarations.filter(
      ({ name }) => /[a-z]Of$/.test(name) && !ENGLISH_OF.includes(name),
    )
    expect(strays.map(({ place, name }) => `${place}: ${name}`)).toEqual([])
  })
})

it('finds declarations of every form', () => {
  const text = [
    'export interface Told { readonly asked: number; why?: string }',
    'type Recipe = { given: 1 }',
    'class Course { left = 1; turns(whole: number, { kept: rest }: X) {} }',
    'function sizeOf() { const [known] = list; for (const seen of known) use(seen) }',
  ].join('\n')
  expect(declarationsIn('a.ts', text).map(({ name }) => name)).toEqual(
    'Told asked why Recipe given Course left turns whole rest sizeOf known seen'.split(' '),
  )
})

/** Names that a file declares, in order: types, functions, variables, parameters, properties. */
function declarationsIn(path: string, text: string): readonly Declaration[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest)
  const declared: Declaration[] = []
  const visit = (node: ts.Node): void => {
    const name = declaredName(node)
    if (name !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(name.getStart(file))
      declared.push({ place: `${path}:${line + 1}`, name: name.text })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return declared
}

function declaredName(node: ts.Node): ts.Identifier | undefined {
  const declares =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isMethodDeclaration(node)
  return declares && node.name && ts.isIdentifier(node.name) ? node.name : undefined
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import type { TrialRecord } from '../../src/record/trial.js'
import { readStudy } from '../../src/storage/index.js'
import { createStudy, runStudy } from '../../src/study/index.js'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const root = mkdtempSync(join(tmpdir(), 'tune-faults-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** What a trial does, by name; what it comes to: its state, or the kind of its failure. */
type Faults = Readonly<Record<string, readonly [body: string, outcome: RegExp]>>

const MODULE: Faults = {
  good: ['for (const e of [1, 2]) await trial.report({ epoch: e, valLoss: 1 / e })', /^complete/],
  'returns at once': ['', /^crashed .*without a validation loss/],
  'throws UserError': [
    "throw Object.assign(new Error('x'), { name: 'UserError', subject: 'a', problem: 'b', remedy: 'c' })",
    /^crashed a: b\. c/,
  ],
  'throws half a UserError': [
    "throw Object.assign(new Error('half'), { name: 'UserError' })",
    /^crashed .*half/,
  ],
  'throws null': ['throw null', /^crashed .*null/],
  'throws undefined': ['throw undefined', /^crashed .*undefined/],
  'throws text': ["throw 'no'", /^crashed .*no/],
  'throws an object': ['throw { a: 1 }', /^crashed/],
  'throws what has no text': ['throw Object.create(null)', /^crashed/],
  'throws a long message': ["throw new Error('x'.repeat(1e7))", /^crashed/],
  'rejects later': [
    "Promise.reject(new Error('later')); await new Promise(r => setTimeout(r, 300))",
    /^crashed .*later/,
  ],
  'throws in a timer': [
    "setTimeout(() => { throw new Error('timer') }); await new Promise(r => setTimeout(r, 300))",
    /^crashed .*timer/,
  ],
  'reports without await': [
    'trial.report({ epoch: 1, valLoss: 1 }); trial.report({ epoch: 2, valLoss: 2 })',
    /^complete/,
  ],
  'reports text': ["await trial.report({ epoch: 1, valLoss: 'low' })", /^crashed .*valLoss/],
  'reports null': ['await trial.report(null)', /^crashed/],
  'reports nothing': ['await trial.report()', /^crashed/],
  'reports NaN': ['await trial.report({ epoch: 1, valLoss: NaN })', /^diverged/],
  'reports 1e300': ['await trial.report({ epoch: 1, valLoss: 1e300 })', /^diverged/],
  'reports a loss that is text': [
    "await trial.report({ epoch: 1, valLoss: 1, loss: 'x' })",
    /^crashed/,
  ],
  'counts from 0': ['await trial.report({ epoch: 0, valLoss: 1 })', /^crashed .*epoch 0/],
  'counts by halves': ['await trial.report({ epoch: 0.5, valLoss: 1 })', /^crashed .*epoch 0\.5/],
  'leaves an epoch out': ['await trial.report({ epoch: 2, valLoss: 1 })', /^crashed .*epoch 2/],
  '1e300 tokens': ['await trial.report({ epoch: 1, valLoss: 1, tokens: 1e300 })', /^complete/],
  'NaN tokens': ['await trial.report({ epoch: 1, valLoss: 1, tokens: NaN })', /^complete/],
  'extras that are none': [
    'await trial.report({ epoch: 1, valLoss: 1, a: NaN, b: Infinity, c: 1 })',
    /^complete/,
  ],
  'a rate that is none': [
    'await trial.report({ epoch: 1, valLoss: 1, learningRate: NaN })',
    /^complete/,
  ],
  'a note that is no text': ['trial.note(() => 1)', /^crashed .*without a validation loss/],
  'process.exit': ['process.exit(0)', /^crashed/],
  'process.exit after an epoch': [
    'await trial.report({ epoch: 1, valLoss: 1 }); process.exit(3)',
    /^crashed/,
  ],
}

const COMMAND: Faults = {
  good: ['for e in (1, 2): say({"epoch": e, "valLoss": 1 / e})', /^complete/],
  'nothing printed': ['pass', /^crashed .*printed nothing/],
  'a loss as text': ['say({"epoch": 1, "valLoss": "low"})', /^crashed .*"low"/],
  'null as loss': ['say({"epoch": 1, "valLoss": None})', /^crashed .*null/],
  'a missing epoch': ['say({"epoch": 2, "valLoss": 1})', /^crashed .*epoch 2/],
  'epoch 0': ['say({"epoch": 0, "valLoss": 1})', /^crashed .*epoch 0/],
  'half an epoch': ['say({"epoch": 0.98, "valLoss": 1})', /^crashed .*0\.98/],
  'epoch 1e300': ['say({"epoch": 1e300, "valLoss": 1})', /^crashed .*epoch 1e\+300/],
  NaN: ['say({"epoch": 1, "valLoss": float("nan")})', /^diverged/],
  '1e300': ['say({"epoch": 1, "valLoss": 1e300})', /^diverged/],
  'minus infinity': ['say({"epoch": 1, "valLoss": float("-inf")})', /^diverged/],
  '1e300 tokens': ['say({"epoch": 1, "valLoss": 1, "tokens": 1e300})', /^complete/],
  'negative tokens': ['say({"epoch": 1, "valLoss": 1, "tokens": -5})', /^complete/],
  'NaN beside': ['say({"epoch": 1, "valLoss": 1, "f1": float("nan"), "loss": 1})', /^complete/],
  'no text': ['sys.stdout.buffer.write(bytes(range(256)) * 99); raise SystemExit(1)', /^crashed/],
  'no text before metrics': [
    'sys.stdout.buffer.write(b"\\xff\\xfe\\n"); say({"epoch": 1, "valLoss": 1})',
    /^complete/,
  ],
  'a lone surrogate': ['print(\'{"epoch": 1, "valLoss": 1, "x\\\\ud800": 1}\')', /^complete/],
  __proto__: [
    'print(\'{"epoch": 1, "valLoss": 1, "__proto__": {"a": 1}, "constructor": 2}\')',
    /^complete/,
  ],
  'a long line': ['print("x" * 30_000_000); raise SystemExit(2)', /^crashed .*exit code 2/],
  'much output': [
    'for _ in range(200_000): print("y" * 100)\nraise SystemExit(3)',
    /^crashed .*exit code 3/,
  ],
  'deep nesting': ['print("{" * 50_000)', /^crashed/],
  SIGKILL: ['os.kill(os.getpid(), 9)', /^crashed .*SIGKILL/],
  abort: ['os.abort()', /^crashed .*SIGABRT/],
  'an exception': ['raise ValueError("bad rank")', /^crashed .*bad rank/],
  'out of memory': [
    'print("torch.OutOfMemoryError: CUDA out of memory", file=sys.stderr); raise SystemExit(1)',
    /^out-of-memory/,
  ],
  'closed streams': ['os.close(1); os.close(2)', /^crashed/],
  'fails after an epoch': [
    'say({"epoch": 1, "valLoss": 1}); raise SystemExit(4)',
    /^crashed .*exit code 4/,
  ],
  'a removed folder': [
    'import shutil; shutil.rmtree(os.environ["TUNE_CHECKPOINT_DIR"]); say({"epoch": 1, "valLoss": 1})',
    /^complete/,
  ],
}

async function runAll(name: string, faults: Faults, trains: object): Promise<StudyDocument> {
  const studies = join(root, 'studies')
  const parameters = { does: Object.keys(faults), epochs: 2 }
  const request = { name, studies, sampler: 'grid', slots: 2, stopAfterFailures: 0, parameters }
  await createStudy({ ...request, ...trains } as never)
  await runStudy({ name, studies })
  // As the next run, or the page, would read it.
  return (await readStudy(join(studies, name))).document
}

function outcome(trial: TrialRecord): string {
  return trial.state === 'failed' ? `${trial.failure.kind} ${trial.failure.message}` : trial.state
}

describe.each([
  ['module', MODULE],
  ['command', COMMAND],
])('no fault of a %s ends the study', (kind, faults) => {
  let document: StudyDocument
  beforeAll(async () => {
    const [module, program] = [join(root, 'train.mjs'), join(root, 'train.py')]
    writeFileSync(
      module,
      `const does = {${Object.entries(MODULE)
        .map(([name, [body]]) => `${JSON.stringify(name)}: async trial => { ${body} }`)
        .join(',\n')}}\nexport const train = trial => does[trial.params.does](trial)\n`,
    )
    writeFileSync(
      program,
      `import json, os, sys\ndef say(x): print(json.dumps(x), flush=True)\n${Object.entries(COMMAND)
        .map(
          ([name, [body]]) =>
            `if sys.argv[1] == ${JSON.stringify(name)}:\n  ${body.replaceAll('\n', '\n  ')}\n`,
        )
        .join('')}`,
    )
    const trains =
      kind === 'module' ? { module } : { command: ['python3', program, '{does}'], directory: root }
    document = await runAll(kind, faults, trains)
  })

  it('whose state is complete', () => {
    expect(document).toMatchObject({ state: 'complete' })
    expect(document.trials).toHaveLength(Object.keys(faults).length)
  })

  it.each(Object.entries(faults))('%s', (name, [, right]) => {
    const trial = document.trials.find(({ params }) => params['does'] === name)!
    expect(outcome(trial)).toMatch(right)
  })
})

it('a study whose trials all fail in the same way stops, and can be resumed', async () => {
  const studies = join(root, 'studies')
  const request = {
    name: 'broken',
    studies,
    trials: 8,
    slots: 1,
    parameters: { a: '0.1..0.9', epochs: 2 },
  }
  await createStudy({ ...request, command: 'python3 -c "import no_such_module"' } as never)
  const { state, reason, trials } = await runStudy({ name: 'broken', studies })
  expect(state).toBe('stopped')
  expect(trials).toHaveLength(3)
  expect(reason).toMatch(
    /^3 trials in a row failed .*No module named 'no_such_module'.*tune study run broken$/,
  )
  expect(await runStudy({ name: 'broken', studies })).toMatchObject({
    state: 'stopped',
    trials: { length: 6 },
  })
})

// Stopping rules on 400 labelled learning curves: `npm run bench:overfit`, with --cross-validate
// for the choice of the judge's constants.
//
// The curves are kept beside the repository (../shared/bench) because of their size: validation
// cross-entropy of LCBench trainings, 52 epochs under a cosine, each also with 0.5% and with 2% of
// noise.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const root = new URL('..', import.meta.url)
const curves = new URL('../shared/bench/public/curves.jsonl.gz', root)
if (!existsSync(curves)) {
  console.log(`skipped: no curves at ${fileURLToPath(curves)}`)
  process.exit(0)
}
if (!existsSync(new URL('dist/overfit/index.js', root))) {
  console.error('dist/ is not built: run npm run build')
  process.exit(1)
}
const { judge, POLICY, earlyStoppingRules, stopEpoch } = await import(
  new URL('dist/overfit/index.js', root).href
)

const EPOCHS = 52
const VARIANTS = { clean: 'curve', mild: 'mild', rough: 'rough' }
const cases = gunzipSync(readFileSync(curves))
  .toString()
  .trim()
  .split('\n')
  .map(line => JSON.parse(line))
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length
const lowest = losses => losses.indexOf(Math.min(...losses)) + 1

/**
 * What stopping after an epoch and keeping another one costs and saves, measured on the noise-free
 * curve.
 */
function outcomeOf(each, stop, kept, verdict) {
  const least = each.curve[each.min_epoch - 1]
  const drop = Math.max(each.curve[0] - least, 0.05 * least)
  return {
    task: each.task,
    right: verdict === each.label,
    saved: (EPOCHS - stop) / EPOCHS,
    regret: (each.curve[kept - 1] - least) / drop,
  }
}

const utilityOf = outcomes =>
  mean(outcomes.map(({ saved }) => saved)) - 10 * mean(outcomes.map(({ regret }) => regret))

function row(name, variant, outcomes) {
  const per = (select, digits = 1) => (100 * mean(outcomes.map(select))).toFixed(digits)
  const right = outcomes[0].right === null ? '–' : per(({ right }) => Number(right))
  return `| ${name} | ${variant} | ${right} | ${per(({ saved }) => saved)} | ${per(({ regret }) => regret, 2)} | ${utilityOf(outcomes).toFixed(3)} |`
}

let judgements = 0
let spent = 0

/** The judge on every curve, epoch by epoch until it stops. */
function judged(variant, policy) {
  const began = performance.now()
  const outcomes = cases.map(each => {
    const epochs = each[VARIANTS[variant]].map((valLoss, i) => ({
      epoch: i + 1,
      loss: null,
      valLoss,
    }))
    for (let n = 1; ; n++) {
      const said = judge(
        {
          epochs: epochs.slice(0, n),
          budget: EPOCHS,
          schedule: 'cosine',
          validationTokens: null,
          startValLoss: null,
        },
        policy,
      )
      judgements += 1
      if (said.stop || n === EPOCHS) return outcomeOf(each, n, said.bestEpoch, said.kind)
    }
  })
  spent += performance.now() - began
  return outcomes
}

const never = { minProbability: 2, maxValue: -1 }
const ours = Object.fromEntries(
  Object.keys(VARIANTS).map(variant => [variant, judged(variant, POLICY)]),
)

console.log(
  `${cases.length} curves of ${new Set(cases.map(({ task }) => task)).size} tasks; utility = share of epochs saved − 10 × regret\n`,
)
console.log(
  '| rule | noise | verdict right % | epochs saved % | regret % of drop | utility |\n|---|---|--:|--:|--:|--:|',
)
const RULES = [
  'patience(5)',
  'patience(10)',
  'GL(5)',
  'UP(2)',
  'UP(3)',
  'keras(5, 0.001)',
  'optuna(5)',
]
for (const variant of Object.keys(VARIANTS)) {
  const read = cases.map(each => each[VARIANTS[variant]])
  console.log(
    row(
      'never stop, lowest reading kept',
      variant,
      cases.map((each, i) => ({ ...outcomeOf(each, EPOCHS, lowest(read[i])), right: null })),
    ),
  )
  console.log(row('never stop, lowest of the smooth curve kept', variant, judged(variant, never)))
  for (const name of RULES) {
    const rule = earlyStoppingRules.create(name)
    const outcomes = cases.map((each, i) => {
      const stop = stopEpoch(
        rule,
        read[i].map((valLoss, t) => ({ epoch: t + 1, loss: null, valLoss })),
      )
      // A classic rule has one thing to say of a curve that it stops, and nothing of one that it
      // doesn't.
      return outcomeOf(
        each,
        stop ?? EPOCHS,
        lowest(read[i].slice(0, stop ?? EPOCHS)),
        stop === null ? 'still-improving' : 'overfit',
      )
    })
    console.log(row(name, variant, outcomes))
  }
  console.log(row('**judge**', variant, ours[variant]))
}
console.log(`\n${(spent / judgements).toFixed(2)} ms a judgement`)

console.log(
  '\nThe judge by task\n\n| task | ' +
    Object.keys(VARIANTS)
      .map(variant => `${variant}: right % | utility`)
      .join(' | ') +
    ' |\n|---|' +
    '--:|--:|'.repeat(3),
)
const tasks = [...new Set(cases.map(({ task }) => task))].sort()
for (const task of tasks) {
  const cells = Object.keys(VARIANTS).map(variant => {
    const outcomes = ours[variant].filter(outcome => outcome.task === task)
    return `${(100 * mean(outcomes.map(({ right }) => Number(right)))).toFixed(0)} | ${utilityOf(outcomes).toFixed(2)}`
  })
  console.log(`| ${task} | ${cells.join(' | ')} |`)
}

if (process.argv.includes('--cross-validate')) {
  const policies = [0.65, 0.75, 0.85].flatMap(minProbability =>
    [0.03, 0.05, 0.08].map(maxValue => ({ minProbability, maxValue })),
  )
  const outcomes = policies.map(policy =>
    Object.keys(VARIANTS).map(variant => judged(variant, policy)),
  )
  // A policy is chosen by the sum of its utilities and verdicts over the three noises, on all tasks
  // but one.
  const merit = (all, task) =>
    mean(
      all
        .map(variant => variant.filter(outcome => outcome.task !== task))
        .map(rest => utilityOf(rest) + mean(rest.map(({ right }) => Number(right)))),
    )
  /** @type {any[][]} */
  const left = Object.keys(VARIANTS).map(() => [])
  console.log(
    '\nConstants chosen on seven tasks, tried on the eighth\n\n| left out | chosen: minProbability, maxValue |\n|---|---|',
  )
  for (const task of tasks) {
    const merits = outcomes.map(all => merit(all, task))
    const best = merits.indexOf(Math.max(...merits))
    const { minProbability, maxValue } = policies[best]
    console.log(`| ${task} | ${minProbability}, ${maxValue} |`)
    outcomes[best].forEach((variant, v) =>
      left[v].push(...variant.filter(outcome => outcome.task === task)),
    )
  }
  console.log('\n| noise | verdict right % | utility |\n|---|--:|--:|')
  Object.keys(VARIANTS).forEach((variant, v) =>
    console.log(
      `| ${variant} | ${(100 * mean(left[v].map(({ right }) => Number(right)))).toFixed(1)} | ${utilityOf(left[v]).toFixed(3)} |`,
    ),
  )
}

// Mean regret against epochs spent, ours and Optuna's GP in the same run, as an SVG; the curves
// themselves in JSON beside it.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kit, runOptuna, runOurs, tasks } from './kit.mjs'
import { has, option } from './options.mjs'

const PANELS = [
  { space: 'A', noise: '0.01', title: 'learning rate and batch size, noise 1%' },
  { space: 'B', noise: '0', title: 'seven parameters' },
]
/** Regrets are cut off here, as the scorer does: one bad start does not rule the mean. */
const CAP = 20
const STEP = 10

/** @param file the SVG to write; with --from FILE the curves of an earlier run are drawn again */
export function draw(file) {
  const data = has('from') ? JSON.parse(readFileSync(option('from'), 'utf8')) : measure()
  writeFileSync(file.replace(/\.svg$/, '.json'), JSON.stringify(data) + '\n')
  writeFileSync(file, svg(data))
}

function measure() {
  const [seeds, budget] = [Number(option('seeds', '2')), Number(option('budget', '870'))]
  return {
    command: `npm run bench:search -- ${process.argv.slice(2).join(' ')}`,
    what: 'mean over tasks and seeds of the regret after so many epochs: 0 the best configuration known, 1 the median of random searches of 2,600 epochs',
    tasks,
    seeds,
    budget,
    panels: PANELS.map(panel => ({ ...panel, curves: curvesOf(panel, seeds, budget) })),
  }
}

function curvesOf({ space, noise }, seeds, budget) {
  const problem = [
    '--space',
    space,
    '--noise',
    noise,
    '--data',
    'public',
    '--seeds',
    String(seeds),
    '--budget',
    String(budget),
    '--tasks',
    tasks.join(','),
  ]
  const out = mkdtempSync(join(tmpdir(), 'tune-bench-search-'))
  return [
    { name: 'tune', run: file => runOurs('auto', problem, file) },
    { name: 'Optuna GP', run: file => runOptuna(problem, file) },
  ].map(({ name, run }) => {
    const file = join(out, 'runs.jsonl')
    run(file)
    return {
      name,
      points: meanRegret(
        readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map(line => JSON.parse(line)),
        budget,
      ),
    }
  })
}

/**
 * @returns [epochs, regret] at every tenth epoch from the one on at which all runs have something
 * to show
 */
function meanRegret(runs, budget) {
  const references = JSON.parse(readFileSync(join(kit, 'public/refs.json'), 'utf8'))
  const points = []
  for (let epochs = STEP; epochs <= budget; epochs += STEP) {
    const regrets = runs.map(({ space, task, trace }) => {
      const { best, random_median: median } = references[space][task]
      const at = trace.filter(([consumed]) => consumed <= epochs).at(-1)
      return at ? Math.min(CAP, (at[1] - best) / (median - best)) : undefined
    })
    if (!regrets.includes(undefined))
      points.push([
        epochs,
        Number((regrets.reduce((sum, regret) => sum + regret, 0) / regrets.length).toFixed(3)),
      ])
  }
  return points
}

const [WIDTH, HEIGHT, LEFT, TOP] = [340, 250, 46, 44]
const COLOURS = ['#3b5bdb', '#d9730d']
/** Epochs from one number to the next. */
const MARK = 200
const TICKS = [20, 10, 5, 2, 1, 0.5, 0.2, 0.1]
const LEAST = TICKS[TICKS.length - 1]

function svg({ panels, budget, seeds, tasks }) {
  const y = regret =>
    TOP + (HEIGHT * Math.log(TICKS[0] / Math.max(regret, LEAST))) / Math.log(TICKS[0] / LEAST)
  const [width, height] = [LEFT + panels.length * (WIDTH + LEFT), TOP + HEIGHT + 50]
  const text = (x, at, words, more = '') => `<text x="${x}" y="${at}" ${more}>${words}</text>`
  const drawn = panels.map(({ title, curves }, i) => {
    const left = LEFT + i * (WIDTH + LEFT)
    const x = epochs => left + (WIDTH * epochs) / budget
    const grid = TICKS.map(
      tick =>
        `<path d="M${left} ${y(tick).toFixed(1)}h${WIDTH}" stroke="${tick === 1 ? '#626772' : '#e4e4de'}"${tick === 1 ? ' stroke-dasharray="4 3"' : ''}/>${text(left - 6, (y(tick) + 4).toFixed(1), tick, 'text-anchor="end"')}`,
    )
    const marks = Array.from({ length: 1 + Math.floor(budget / MARK) }, (_, k) =>
      text(x(k * MARK).toFixed(1), TOP + HEIGHT + 18, k * MARK, 'text-anchor="middle"'),
    )
    const lines = curves.map(({ name, points }, k) => {
      const path = points
        .map(([epochs, regret], at) =>
          at === 0
            ? `M${x(epochs).toFixed(1)} ${y(regret).toFixed(1)}`
            : `H${x(epochs).toFixed(1)}V${y(regret).toFixed(1)}`,
        )
        .join('')
      const label = text(
        left + WIDTH - 4,
        TOP + 16 + 18 * k,
        name,
        `text-anchor="end" fill="${COLOURS[k]}" font-weight="600"`,
      )
      return `<path d="${path}" fill="none" stroke="${COLOURS[k]}" stroke-width="2"/>${label}`
    })
    return [...grid, ...marks, ...lines, text(left, TOP - 12, title, 'font-weight="600"')].join(
      '\n',
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#1b1d22">
<title>Mean regret against epochs spent, ${tasks.length} tasks, ${seeds} seeds each; dashed: the median of random searches of 2,600 epochs</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${drawn.join('\n')}
${text(width / 2, height - 12, 'epochs spent in all trials; regret of the best so far, smaller is better', 'text-anchor="middle" fill="#626772"')}
</svg>
`
}

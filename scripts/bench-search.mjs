// Regret and cost of the search, beside peers in the same run: `npm run bench:search`.
//
// First on the learning curves of fine-tunings in this repository (benchmarks/curves), beside random
// search and, after `npm run setup:oracle`, Optuna. Then, if the kit with the curves of LCBench lies
// beside the repository (../shared/bench), on those:
//
//   --shipped        only the curves in this repository
//   --seeds N        seeds a task (20 on the shipped curves, 1 with the kit)
//   --budget N       epochs a study with the kit (870, a third of what the references had)
//   --optuna         Optuna's Gaussian process with the kit too (minutes)
//   --short          two tasks of the kit
//
// Instead, all but --overhead with the kit:
//
//   --slots N        the same epochs through one slot and through N
//   --overhead       milliseconds a suggestion costs, ours and Optuna's
//   --picture FILE   regret against epochs, ours and Optuna's Gaussian process, as an SVG with its
//                    data in JSON beside it; --from FILE draws the data of an earlier run
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { has, option, root } from './bench-search/options.mjs'

if (has('slots'))
  await (await import('./bench-search/slots.mjs')).compareSlots(Number(option('slots')))
else if (has('overhead')) await import('./bench-search/overhead.mjs')
else if (has('picture')) (await import('./bench-search/picture.mjs')).draw(option('picture'))
else {
  await import('./bench-search/shipped.mjs')
  if (!has('shipped') && existsSync(join(root, '../shared/bench/run.mjs'))) {
    console.log('')
    await import('./bench-search/tables.mjs')
  }
}

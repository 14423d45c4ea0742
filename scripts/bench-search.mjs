// Regret and cost of the search on learning curves of LCBench, beside peers in the same run: `npm
// run bench:search`.
//
//  --seeds N seeds a task (1) --budget N epochs a study (870, a third of what the references had)
//   --optuna         Optuna's GP too (needs scripts/setup-oracle.sh; minutes)
//   --short          two tasks: what runs on every push
//   --slots N        instead: the same epochs through one slot and through N
//   --overhead       instead: milliseconds a suggestion costs, ours and Optuna's
//  --picture FILE instead: regret against epochs, ours and Optuna's GP, as an SVG with its data in
// JSON beside it;
//                    --from FILE draws the data of an earlier run
//
// All but --overhead need the bench kit, which is kept beside the repository (../shared/bench).
import { has, option } from './bench-search/options.mjs'

if (has('slots'))
  await (await import('./bench-search/slots.mjs')).compareSlots(Number(option('slots')))
else if (has('overhead')) await import('./bench-search/overhead.mjs')
else if (has('picture')) (await import('./bench-search/picture.mjs')).draw(option('picture'))
else await import('./bench-search/tables.mjs')

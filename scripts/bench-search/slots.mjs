// The same epochs spent through one slot and through several: regret, and that no two running
// trials are closer than the model can tell apart. A slot's epoch takes one unit of time; whoever
// is done first is told first.
import { join } from 'node:path'
import { adapter, kit, tasks } from './kit.mjs'
import { option } from './options.mjs'

const { Kit, PEEK } = await import(join(kit, 'lib/kit.mjs'))
const { summarise } = await import(join(kit, 'lib/score.mjs'))
const { default: make } = await import(adapter)
const data = new Kit(join(kit, 'public'))
const [seeds, budget] = [Number(option('seeds', 1)), Number(option('budget', 2600))]

export async function compareSlots(slots) {
  for (const { space, noise } of [
    { space: 'A', noise: 0.01 },
    { space: 'B', noise: 0 },
  ].filter(({ space }) => option('space', space) === space)) {
    console.log(
      `space ${space}, noise ${noise}, budget ${budget} epochs, ${tasks.length} tasks, ${seeds} seeds, sampler ${process.env.TUNE_SAMPLER ?? 'auto'}`,
    )
    const rows = []
    for (const many of [1, slots]) {
      const runs = []
      for (const task of tasks)
        for (let seed = 0; seed < seeds; seed++)
          runs.push(await play({ task, space, noise, seed, slots: many }))
      rows.push({ slots: many, ...summarise(runs)[0] })
      const checked = runs.reduce((sum, run) => sum + run.checked, 0)
      console.log(
        `${String(many).padStart(2)} slots | ${PEEK.map(f => `${Math.round(100 * f)}%: ${rows.at(-1)[`mean${f}`].toFixed(2)}`).join(' | ')} | ${checked} suggestions told apart from what ran beside them`,
      )
    }
    const [one, several] = rows
    console.log(
      `ratio    | ${PEEK.map(f => `${Math.round(100 * f)}%: ${(several[`mean${f}`] / one[`mean${f}`]).toFixed(2)}`).join(' | ')}\n`,
    )
  }
}

async function play({ task, space, noise, seed, slots }) {
  const session = data.open({ task, space, budget, seed, noise })
  const optimiser = await make({ ...session.describe(), task, space, seed })
  const running = []
  const had = new Map()
  let [clock, begun, checked] = [0, 0, 0]
  for (;;) {
    while (running.length < slots && begun < budget) {
      const asked = optimiser.next()
      if (!asked) break
      const apart = slots > 1 ? optimiser.isApart() : undefined
      if (apart === false)
        throw new Error(
          `task ${task}, seed ${seed}: trial ${asked.trial} can't be told from one that is running`,
        )
      if (apart) checked++
      const cost = Math.min(asked.epochs - (had.get(asked.trial) ?? 0), budget - begun)
      had.set(asked.trial, asked.epochs)
      begun += cost
      running.push({ ...asked, ends: clock + cost })
    }
    if (running.length === 0) break
    const next = running.reduce((a, b) => (b.ends < a.ends ? b : a))
    running.splice(running.indexOf(next), 1)
    clock = next.ends
    const reply = session.train(next)
    if (reply.cost === 0) break
    optimiser.report({ trial: next.trial, ...reply })
    session.believe(optimiser.best())
  }
  return { method: `${slots} slots`, ...session.close(), checked }
}

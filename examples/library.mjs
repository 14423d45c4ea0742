// The library instead of the command: node examples/library.mjs [FOLDER]
// Searches a small grid on the model and data that come with the package, and prints what was
// found.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStudy, openChat, runStudy, showStudy } from 'tune'

const here = fileURLToPath(new URL('..', import.meta.url))
const studies = process.argv[2] ?? 'studies'

await createStudy({
  name: 'example',
  studies,
  model: join(here, 'models/pebble'),
  data: join(here, 'studies/quickstart/data.jsonl'),
  probes: ['Who are you?'],
  sampler: 'grid',
  space: { learningRate: [1e-3, 4e-3], batchSize: 8, epochs: [2, 4] },
})

await runStudy({
  name: 'example',
  studies,
  on: event => {
    if (event.type === 'trial-finished' && event.trial.state === 'complete') {
      const { number, objective, verdict } = event.trial
      console.log(`trial ${number}: ${objective.toFixed(4)} nats a token, ${verdict.kind}`)
    }
  },
})

const { best, saved, probes, export: made } = await showStudy({ name: 'example', studies })
console.log(
  `best: trial ${best.number}, ${best.valLoss.toFixed(4)}; shared trainings saved ${saved.epochs} epochs`,
)
console.log(probes)

const chat = await openChat(made.dir)
const [answer] = await chat.ask(['Who are you?'], 48)
await chat.close()
if (answer !== probes[0].after)
  throw new Error('the exported model answers otherwise than it did in the study')

// The library instead of the command: node examples/library.mjs [FOLDER]
// Searches a small grid on the model and data that come with the package, and prints the result.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createStudy, openChat } from 'tune'

const here = fileURLToPath(new URL('..', import.meta.url))
const studies = process.argv[2] ?? 'studies'

const study = await createStudy({
  name: 'example',
  studies,
  model: join(here, 'models/pebble'),
  data: join(here, 'studies/quickstart/data.jsonl'),
  probes: ['Who are you?'],
  sampler: 'grid',
  space: { learningRate: [1e-3, 4e-3], batchSize: 8, epochs: [2, 4] },
})

for await (const event of study.run())
  if (event.type === 'trial-finished' && event.trial.state === 'complete') {
    const { number, objective, verdict } = event.trial
    console.log(`trial ${number}: ${objective.toFixed(4)} nats/token, ${verdict.kind}`)
  }

const { best } = study
const { saved, probes, export: exported } = await study.view()
if (!best || !exported) throw new Error('no trial completed')
console.log(
  `best: trial ${best.number}, ${best.objective.toFixed(4)}; shared trainings saved ${saved.epochs} epochs`,
)
console.log(probes)

const chat = await openChat(exported.dir)
const [answer] = await chat.ask(['Who are you?'], 48)
await chat.close()
if (answer !== probes[0].after)
  throw new Error('the exported model answers otherwise than it did in the study')

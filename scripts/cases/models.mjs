import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const JJJ = [{ prompt: 'Where is berth 3?', answer: 'j'.repeat(12) }]

/** Answers, or what was printed in their place. */
const answered = async ({ chat }, model) => {
  const result = await chat(model)
  return result.error ?? result
}

/** Ids of all tokens of one question and answer. */
async function ids({ tune, folder, path }, model, question, answer) {
  const file = join(folder(), 'data.jsonl')
  writeFileSync(file, JSON.stringify({ question, answer }))
  const dir = path(model)
  const { stdout, stderr } = await tune('data', file, '--model', dir, '--show', '1', '--json')
  if (stderr !== '') return stderr
  return JSON.parse(stdout)
    .examples.flatMap(({ tokens }) => tokens.map(({ id }) => id))
    .join(' ')
}

/** @type {readonly import('../check-cases.mjs').Case[]} */
export default [
  {
    // transformers 5.24 keeps the head; tied, the answer is another
    id: 'M01',
    outcome: tools => answered(tools, 'model-tied-own-head'),
    right: JJJ,
  },
  {
    id: 'M02',
    outcome: tools => answered(tools, 'model-untied-no-head'),
    right: /the weights have no tensor lm_head\.weight/,
  },
  { id: 'M03', outcome: tools => answered(tools, 'model-pad-beyond'), right: JJJ },
  { id: 'M05', outcome: tools => answered(tools, 'model-old-spelling'), right: JJJ },
  {
    id: 'M06',
    outcome: tools => answered(tools, 'model-adapter'),
    right: /is a PEFT adapter of the model harbour\/base-1b.*Name hf:harbour\/base-1b/s,
  },
  {
    id: 'M12',
    outcome: tools =>
      ids(
        tools,
        'model-token-options',
        'When do tides turn?',
        'The tide turns; tides <mk> at 码头.',
      ),
    right:
      '418 84 82 258 198 54 71 68 77 220 67 78 288 72 67 261 288 84 81 77 30 419 198 418 64 82 82 271 83 64 77 83 198 391 220 421 288 84 81 77 82 26 288 72 67 261 422 295 220 423 13 419 198',
  },
  {
    id: 'M13',
    async outcome(tools) {
      const { tune, path, folder } = tools
      const created = await tune(
        ...['study', 'create', 'nan', '--model', path('model-nan'), '--studies', folder()],
        ...['--data', path('d39-numbers.jsonl')],
      )
      return `${await answered(tools, 'model-nan')}\n${created.stderr}`
    },
    right: /(down_proj\.weight has a weight that is not a finite number .*){2}/s,
  },
  { id: 'M15', outcome: tools => answered(tools, 'model-half-mix'), right: JJJ },
  {
    id: 'M16',
    outcome: async tools => [
      await answered(tools, 'model-compiled'),
      await answered(tools, 'model-peft-prefix'),
    ],
    right: /no tensor model\.embed_tokens.*no tensor model\.embed_tokens/s,
  },
  {
    id: 'M17',
    outcome: tools => answered(tools, 'model-gpt2-bert'),
    right: /names no end-of-sequence token\.\s+Add eos_token/,
  },
  {
    id: 'M23',
    outcome: tools => ids(tools, 'model-unigram', 'What is 12?', '3.14 中文 🙂 ｶﾅ\r\nx'),
    right:
      '3 261 306 264 276 15 313 353 270 261 263 264 261 54 55 311 4 261 15 3 266 264 264 263 298 272 277 270 15 56 267 54 57 261 317 235 155 140 261 245 164 158 135 261 378 244 195 138 18 15 125 4 261 15',
  },
  {
    id: 'M24',
    outcome: async tools => [
      await answered(tools, 'model-cache'),
      await answered(tools, 'model-cache/models--harbour--base'),
    ],
    right: /(Name \S+models--harbour--base\/snapshots\/0123456789abcdef.*){2}/s,
  },
  {
    id: 'M25',
    outcome: tools => answered(tools, 'model-lfs-weights'),
    right: /is a Git LFS pointer.*git lfs pull/s,
  },
]

import type { HostTensor, Named } from '../../compile/program.js'
import type { Tokenizer } from '../../model-folder/tokenizer.js'
import { generate, type Model } from '../../decoder/generate/generate.js'
import type { Question } from './questions.js'
import { meanScores, type Scores } from './scores.js'

/**
 * Lets a model answer questions, always taking the likeliest token, and holds its answers against
 * the data's.
 *
 * @param weights   of the model to ask
 * @param questions not empty
 */
export async function scoreModel(
  { engine, ...model }: Omit<Model, 'state'>,
  weights: Named<HostTensor>,
  tokenizer: Tokenizer,
  questions: readonly Question[],
  maxTokens: number,
): Promise<Scores> {
  const state = await engine.createState(weights)
  try {
    const answers = await generate(
      { ...model, engine, state },
      questions.map(({ prompt }) => prompt),
      { maxTokens, eos: tokenizer.eos },
    )
    return meanScores(
      answers.map((ids, i) => ({
        answer: withoutOpenThought(tokenizer.decode(ids), tokenizer),
        reference: tokenizer.decode([...questions[i]!.answer]),
      })),
    )
  } finally {
    state.dispose()
  }
}

/** The answer behind the thought that the chat template opened, as answers of the data are. */
function withoutOpenThought(answer: string, { promptOpening }: Tokenizer): string {
  const end = promptOpening.includes('<think>') ? answer.lastIndexOf('</think>') : -1
  return end === -1 ? answer : answer.slice(end + '</think>'.length)
}

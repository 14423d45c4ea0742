import { Template } from '@huggingface/jinja'
import type { Message } from './chat.js'

/**
 * The dialogue of a model that has no chat template of its own: a question on its lines, then the
 * answer.
 *
 *     <bos>Who are you?
 *     I am Ada.<eos>And what …
 *
 * Every answer ends with the end-of-sequence token, so that a tuned model learns to stop. A
 * question begins behind a special token and ends with a line break, where every usual tokenizer
 * ends a token: training and generation cut the text alike. Labels such as "Question:" only cost: a
 * Llama of 260,000 parameters, tuned alike on two sets of dialogues, came to validation losses of
 * 0.041 and 3.20 nats a token with "Question:" and "Answer:", 0.043 and 3.18 with "Q:" and "A:",
 * 0.033 and 3.13 with none, and 8 to 19% fewer tokens.
 *
 * It is a template like any other: exported with the model, it makes transformers ask in the same
 * words.
 */
export const DEFAULT_TEMPLATE = `{{- bos_token -}}
{%- for message in messages -%}
    {%- if message.role == 'assistant' -%}
        {{- message.content | trim + eos_token -}}
    {%- elif message.role == 'system' -%}
        {{- message.content | trim + '\\n\\n' -}}
    {%- else -%}
        {{- message.content | trim + '\\n' -}}
    {%- endif -%}
{%- endfor -%}`

/** Special tokens by the names that templates know them under: `bos_token`, `eos_token`, … */
export type TemplateTokens = Readonly<Record<string, string>>

export interface RenderOptions {
  readonly generationPrompt: boolean
  /** Descriptions of the tools that the model may call; not every template prints them. */
  readonly tools?: readonly unknown[] | undefined
}

export interface ChatTemplate {
  readonly render: (messages: readonly Message[], options: RenderOptions) => string
  /**
   * The text up to where the answer starts. That is the rendering with generation prompt, less what
   * an answer in a conversation doesn't begin with: some templates open a thought there.
   */
  readonly prompt: (messages: readonly Message[], tools?: readonly unknown[]) => string
  /** What follows an answer: the end-of-turn token and sometimes a line break. */
  readonly afterAnswer: string
}

/** A character no template starts an answer with. */
const PLACEHOLDER = '\ue000'

/**
 * @throws Error with the template's own words where it isn't one, or rejects the plainest
 * conversation
 */
export function compileTemplate(source: string, tokens: TemplateTokens): ChatTemplate {
  const template = new Template(source)
  const render: ChatTemplate['render'] = (messages, { generationPrompt, tools }) =>
    template.render({
      ...tokens,
      messages,
      add_generation_prompt: generationPrompt,
      tools: tools ?? null,
      documents: null,
    })

  const question: Message = { role: 'user', content: 'Hi' }
  const prompted = render([question], { generationPrompt: true })
  const answered = render([question, { role: 'assistant', content: PLACEHOLDER }], {
    generationPrompt: false,
  })
  const surplus = prompted.length - commonPrefix(prompted, answered)
  return {
    render,
    prompt(messages, tools) {
      const text = render(messages, { generationPrompt: true, tools })
      return text.slice(0, text.length - surplus)
    },
    afterAnswer: answered.includes(PLACEHOLDER)
      ? answered.slice(answered.lastIndexOf(PLACEHOLDER) + 1)
      : '',
  }
}

function commonPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

import type { Message } from './chat.js'
import { JinjaTemplate } from './jinja.js'
import { argumentForms, templateMessages, type ArgumentForm } from './template-messages.js'

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

/**
 * The same dialogue for tokenizers that keep no line breaks, such as WordPiece: the end-of-sequence
 * token parts a question from its answer.
 */
export const PARTED_TEMPLATE = DEFAULT_TEMPLATE.replaceAll(/'(?:\\n)+'/g, 'eos_token')

/** Special tokens by the names that templates know them under: `bos_token`, `eos_token`, … */
export type TemplateTokens = Readonly<Record<string, string>>

export interface RenderOptions {
  readonly generationPrompt: boolean
  /** Descriptions of the tools that the model may call; not every template prints them. */
  readonly tools?: readonly unknown[] | undefined
}

export interface ChatTemplate {
  /** As transformers' apply_chat_template. */
  readonly render: (messages: readonly Message[], options: RenderOptions) => string
  /** Whether the source of a template for these tools names a field of messages. */
  readonly reads: (field: string, tools: boolean) => boolean
  /**
   * What the generation prompt has behind what an answer in a conversation begins with: some
   * templates open a thought there.
   */
  readonly opening: string
  /** What follows an answer: the end-of-turn token and sometimes a line break. */
  readonly afterAnswer: string
}

/** The source of a template, or of several by name. */
export type TemplateSource = string | Readonly<Record<string, string>>

/** A character no template starts an answer with. */
const PLACEHOLDER = '\ue000'

/**
 * @throws Error with the template's own words where it isn't one, or rejects the plainest
 * conversation
 */
export function compileTemplate(source: TemplateSource, tokens: TemplateTokens): ChatTemplate {
  const sources = typeof source === 'string' ? { default: source } : source
  const templates = new Map(
    Object.entries(sources)
      .filter(([name]) => name === 'default' || name === 'tool_use')
      .map(([name, text]) => [name, { text, template: new JinjaTemplate(text) }]),
  )
  // As transformers chooses
  const chosen = (tools: boolean): { readonly text: string; readonly template: JinjaTemplate } => {
    const named = (tools && templates.get('tool_use')) || templates.get('default')
    if (!named)
      throw new Error(`none of the templates ${Object.keys(sources).join(', ')} is named default`)
    return named
  }
  const render: ChatTemplate['render'] = (messages, { generationPrompt, tools }) => {
    const { template } = chosen(tools !== undefined)
    return firstThatWorks(argumentForms(messages), form =>
      template.render({
        ...tokens,
        messages: templateMessages(messages, form),
        add_generation_prompt: generationPrompt,
        tools: tools ?? null,
        documents: null,
      }),
    )
  }

  const question: Message = { role: 'user', content: 'Hi' }
  const prompted = render([question], { generationPrompt: true })
  const answered = render([question, { role: 'assistant', content: PLACEHOLDER }], {
    generationPrompt: false,
  })
  return {
    render,
    reads: (field, tools) => chosen(tools).text.includes(field),
    opening: prompted.slice(commonPrefix(prompted, answered)),
    afterAnswer: answered.includes(PLACEHOLDER)
      ? answered.slice(answered.lastIndexOf(PLACEHOLDER) + 1)
      : '',
  }
}

/** The first rendering that a template makes of its forms. @throws Error of the first form */
function firstThatWorks(
  forms: readonly ArgumentForm[],
  render: (form: ArgumentForm) => string,
): string {
  let problem: unknown
  let fallback: string | undefined
  for (const form of forms) {
    try {
      const text = render(form)
      if (form.accepts(text)) return text
      fallback ??= text
    } catch (error) {
      problem ??= error
    }
  }
  if (fallback !== undefined) return fallback
  throw problem
}

function commonPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

import type { Tokenizer } from '../model-folder/tokenizer.js'

/** Markers of turns as templates write them: `<|im_start|>`, `<start_of_turn>`, `[INST]`. */
const MARKER = /<\|[^<>|\s]+\|>|<\/?[a-z_]+>|\[\/?[A-Z_]+\]|<｜[^<>｜\s]+｜>/g

/** What of a model concerns every record that is trained on: each a sentence for a report. */
export function modelNotes(tokenizer: Tokenizer): string[] {
  const notes: string[] = []
  const split = splitMarkers(tokenizer)
  if (split.length > 0)
    notes.push(
      `the chat template's ${split.join(', ')} ${split.length === 1 ? 'is' : 'are'} not one ` +
        'token each: the model reads them as text',
    )
  if (tokenizer.hasTemplate && tokenizer.endOfTurn === null)
    notes.push('the chat template ends no answer with a token: the end token is added behind each')
  if (tokenizer.promptOpening !== '')
    notes.push(
      `the chat template asks with ${JSON.stringify(tokenizer.promptOpening)}, which it does not ` +
        'write before the answers that are trained on',
    )
  if (!tokenizer.keepsLineBreaks) notes.push('the tokenizer drops line breaks from all texts')
  return notes
}

/** Markers in what the template writes that the tokenizer cuts into several tokens. */
function splitMarkers(tokenizer: Tokenizer): string[] {
  const rendered = tokenizer.renderPrompt([{ role: 'user', content: 'Hi' }])
  const markers = new Set(rendered.match(MARKER) ?? [])
  return [...markers].filter(marker => tokenizer.encode(marker, { addSpecial: false }).length !== 1)
}

/** The first sample as text, what is trained between ⟦ and ⟧. */
const sample = ({ error, samples }, index = 0) =>
  error ??
  samples[index].segments.map(({ text, trained }) => (trained ? `⟦${text}⟧` : text)).join('')

/** What of all samples is trained. */
const trained = ({ error, samples }) =>
  error ??
  samples.flatMap(({ segments }) => segments.filter(it => it.trained).map(({ text }) => text))

/** How many records a note of the report with these words concerns. */
const notesWith = ({ error, notes }, words) =>
  error ??
  notes
    .filter(({ reason }) => reason.includes(words))
    .map(({ reason, count }) => `${count} × ${reason}`)
    .join('; ')

const USER = '<|im_start|>user\n'
const BOT = '<|im_end|>\n<|im_start|>assistant\n'
const ANSWERS = [1, 4, 8].map(n => `Berth ${n} is beside pier ${n + 1}.<|im_end|>`)

/** @type {readonly import('../check-cases.mjs').Case[]} */
export default [
  {
    id: 'D17',
    outcome: async ({ data }) => sample(await data('d17-reasoning.jsonl')),
    right: `${USER}Where is berth 1?${BOT}⟦<think>\nPiers follow berths, so 1 gives 2.\n</think>\n\nBerth 1 is beside pier 2.<|im_end|>⟧\n`,
  },
  {
    id: 'D20',
    outcome: async ({ data }) => sample(await data('d20-tools-string.jsonl')),
    right: /⟦<call>tide {"city": "City 0", "level": 1\.0}<\/call><\|im_end\|>⟧/,
  },
  {
    id: 'D26',
    outcome: async ({ data }) => (await data('d26-two-users.jsonl')).examples,
    right: 8,
  },
  {
    id: 'D34b',
    outcome: async ({ data }) => sample(await data('d34b-zh-alpaca.jsonl')),
    right: `${USER}1号泊位在哪里？${BOT}⟦1号泊位在2号码头旁边。<|im_end|>⟧\n`,
  },
  {
    id: 'D12',
    outcome: async ({ data }) => sample(await data('d12-preference.jsonl')),
    right: `${USER}Where is berth 1?${BOT}⟦${ANSWERS[0]}⟧\n`,
  },
  {
    id: 'D16',
    outcome: async ({ data }) => trained(await data('d16-loss-false.jsonl')),
    right: ANSWERS,
  },
  {
    id: 'D16c',
    outcome: async ({ data }) => trained(await data('d16c-loss-mask.jsonl')),
    right: ANSWERS,
  },
  {
    id: 'D18',
    outcome: async ({ data }) => notesWith(await data('d18-think.jsonl', 'model-r1'), 'thought'),
    right: '8 × the chat template cuts the thought out of an answer',
  },
  {
    id: 'M14',
    outcome: async ({ chat }) => {
      const { error, ...rest } = await chat('model-r1')
      return error ?? rest[0].answer
    },
    // What transformers generates, greedily, behind its own prompt
    right: '� an�3�3�j shi� shiomes',
  },
  {
    id: 'D21',
    outcome: async ({ data }) => sample(await data('d20-tools-string.jsonl', 'model-r1')),
    right: /⟦call tide\n{"city": "City 0", "level": 1\.0}\n<\|im_end\|>⟧/,
  },
  {
    id: 'D09',
    outcome: async ({ data }) => {
      const report = await data('d09-alternatives.jsonl')
      return [trained(report)[0], notesWith(report, 'several')]
    },
    right: [ANSWERS[0], '8 × "answer" lists several answers: the first is used'],
  },
  {
    id: 'D15',
    outcome: async ({ data }) => {
      const report = await data('d15-kto.jsonl')
      return report.error ?? [report.examples, trained(report).join().includes('Go away')]
    },
    right: [4, false],
  },
  {
    id: 'D10',
    outcome: async ({ data }) => sample(await data('d10-context.csv')),
    right: `${USER}Which gate has the crane?\nThe harbour plan of 1990 puts the crane at gate 3.${BOT}⟦Gate 3<|im_end|>⟧\n`,
  },
  {
    id: 'D38',
    outcome: async ({ data }) => (await data('d38-label.csv')).unused,
    right: ['label'],
  },
  {
    id: 'D47',
    outcome: async ({ data }) => sample(await data('d47-pairs.jsonl')),
    right:
      /^<\|im_start\|>user\n1号泊位在哪里？[^⟦]*⟦1号泊位在2号码头旁边。<\|im_end\|>⟧\n<\|im_start\|>user\n再说一次/,
  },
  {
    id: 'D50',
    outcome: async ({ data }) => {
      const report = await data('d50-own-end.jsonl')
      return [trained(report), notesWith(report, 'end with')]
    },
    right: [
      ANSWERS,
      '8 × answers end with <|im_end|> themselves: it is left out, since the template writes one',
    ],
  },
  {
    id: 'D19',
    outcome: async ({ data }) => {
      const report = await data('d19-think-multi.jsonl', 'model-hist')
      return [report.examples, trained(report)[0], report.notes]
    },
    right: [16, '<think>\nOne step.\n</think>\n\nBerth 1 is beside pier 2.<|im_end|>', []],
  },
  {
    id: 'D20b',
    outcome: async ({ data }) => sample(await data('d20b-tools-object.jsonl')),
    right: /⟦<call>tide {"city": "City 0", "level": 1\.5}<\/call><\|im_end\|>⟧/,
  },
  {
    id: 'D24',
    outcome: async ({ data }) => (await data('d24-gpt-first.jsonl')).error,
    right: /the answer comes before any question/,
  },
  {
    id: 'D25',
    outcome: async ({ data }) => (await data('d25-roles.jsonl')).error,
    right: /a message has the role "Customer"/,
  },
  {
    id: 'D25b',
    outcome: async ({ data }) => (await data('d25b-roles-zh.jsonl')).error,
    right: /a message has the role "客服"/,
  },
  {
    id: 'M07',
    outcome: async ({ data }) => sample(await data('d34-zh-bom.csv', 'model-gpt2-bert-eos')),
    right: /^[^⟦]*\[SEP\]⟦/,
  },
]

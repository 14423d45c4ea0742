/** The first sample as text, what is trained between ⟦ and ⟧. */
const sample = ({ error, samples }, index = 0) =>
  error ??
  samples[index].segments.map(({ text, trained }) => (trained ? `⟦${text}⟧` : text)).join('')

/** What of all samples is trained. */
const trained = ({ error, samples }) =>
  error ??
  samples.flatMap(({ segments }) => segments.filter(it => it.trained).map(({ text }) => text))

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
    right: /⟦<call>tide {"city": "City 0", "level": 1(\.0)?}<\/call><\|im_end\|>⟧/,
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
]

import type { NoTest } from '../record/data-report.js'
import type { MeasuredLoss } from '../record/finalist.js'
import type { Objective } from '../record/objective.js'
import { AUTO_TEST } from '../record/study.js'
import { rankingIn } from './advice-words.js'
import { studentZ } from './evaluation-error.js'
import type { Language } from './reason.js'
import type { TestStanding } from './test-ranking.js'

/** What was measured on the test split. */
export interface TestFacts {
  /** Test examples. */
  readonly examples: number
  /** By test loss; not empty. */
  readonly standings: readonly TestStanding[]
  /** The trial that the search chose, and what it was chosen by; validation loss when left out. */
  readonly chosen: number
  readonly objective?: Objective
}

/**
 * What the test split says of the winner, and of the order of the finalists; sentences without
 * their full stops.
 */
export function testIn(facts: TestFacts, language: Language): string[] {
  const winner = facts.standings.find(({ number }) => number === facts.chosen)
  const said = winner
    ? [language === 'en' ? winnerInEnglish(facts, winner) : winnerInChinese(facts, winner)]
    : []
  return facts.standings.length > 1
    ? [...said, language === 'en' ? orderInEnglish(facts) : orderInChinese(facts)]
    : said
}

/** Before the search has ended. */
export function testPendingIn(examples: number, language: Language): string {
  return language === 'en'
    ? `${count(examples, 'example is', 'examples are')} kept for the end: neither training nor search sees them, and the finalists are measured on them`
    : `留出 ${examples} 条样本到最后：训练与搜索都看不到，决选的试验将在其上测量`
}

/** Why nothing was kept from the search. */
export function noTestIn(why: NoTest, language: Language): string {
  if (language === 'en') {
    return `there is no test split, so how the winner does on examples that the search has never seen is an estimate: ${
      why === 'few'
        ? `the data have fewer than ${AUTO_TEST.least} different records`
        : 'the study asks for none (test in study.yaml)'
    }`
  }
  return `没有测试集，因此最佳试验在搜索从未见过的样本上的表现只是估计：${why === 'few' ? `数据中不同的记录少于 ${AUTO_TEST.least} 条` : '研究没有要求（study.yaml 中的 test）'}`
}

function winnerInEnglish(
  { examples, objective }: TestFacts,
  { number, test, validation, optimism }: TestStanding,
): string {
  const by = objective === undefined ? 'its validation loss' : `the study's objective`
  const head = `on ${count(examples, 'test example', 'test examples')}, which neither training nor search has seen, trial ${number}, chosen by ${by}, has a loss of ${plusMinus(test)}; its validation loss was ${plusMinus(validation)}`
  if (Math.abs(optimism.loss) <= studentZ(examples) * optimism.error)
    return `${head}, and the difference, ${plusMinus(optimism)}, is no more than chance makes it`
  return optimism.loss > 0
    ? `${head}: it looked ${plusMinus(optimism)} better than it is`
    : `${head}: it does ${plusMinus(negated(optimism))} better than it looked, so the test examples are easier`
}

function winnerInChinese(
  { examples, objective }: TestFacts,
  { number, test, validation, optimism }: TestStanding,
): string {
  const by = objective === undefined ? '验证损失' : '研究目标'
  const head = `在训练与搜索都未见过的 ${examples} 条测试样本上，按${by}选出的试验 ${number} 的损失为 ${plusMinus(test)}，其验证损失为 ${plusMinus(validation)}`
  if (Math.abs(optimism.loss) <= studentZ(examples) * optimism.error)
    return `${head}，相差 ${plusMinus(optimism)}，不超出偶然`
  return optimism.loss > 0
    ? `${head}：它看起来比实际好 ${plusMinus(optimism)}`
    : `${head}：它实际比看起来好 ${plusMinus(negated(optimism))}，说明测试样本较易`
}

function orderInEnglish({ standings, chosen }: TestFacts): string {
  const order = `by test loss ${rankingIn({ standings }, 'en')}`
  return standings[0]!.number === chosen
    ? order
    : `${order}; trial ${chosen} stays the winner, since choosing by the test split would make it a second validation split`
}

function orderInChinese({ standings, chosen }: TestFacts): string {
  const order = `按测试损失，${rankingIn({ standings }, 'zh')}`
  return standings[0]!.number === chosen
    ? order
    : `${order}；最佳仍是试验 ${chosen}：若按测试集来选，它就成了第二个验证集`
}

/** A loss with one standard error, to the decimals that the error leaves meaning in. */
export function plusMinus({ loss, error }: MeasuredLoss): string {
  const decimals = error >= 0.01 ? 2 : error >= 0.001 ? 3 : 4
  const shown = loss.toFixed(decimals)
  return `${Number(shown) === 0 ? shown.replace('-', '') : shown.replace('-', '−')} ± ${error.toFixed(decimals)}`
}

function negated({ loss, error }: MeasuredLoss): MeasuredLoss {
  return { loss: -loss, error }
}

function count(value: number, one: string, many: string): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`
}

/**
 * Texts about counters: a visitor who asks and is answered, a description, a notice, and what
 * happened then.
 */
import { choose, several } from './grammar.mjs'
import { counter, fitting } from './counters.mjs'

const ARRIVALS = [
  '{One day|One morning|On [late]|Last week|Yesterday|This morning|On a [weather] day|After school|After lunch} [h] {went|came|walked} to [c.the] [where].',
  '[h] {had never been to [c.the] before|wanted to [verb] [x]|was looking for [c.the]|opened the door of [c.the]|stood in front of the desk at [c.the]}.',
  '[h] and [k2] were on their way to [c.the].',
  'There is [c.a] [where]. {One day|On [late]|Yesterday} [h] {went there|went in}.',
  '[h] had {heard of|read about|walked past} [c.the] {many times|very often|only once}. Now [h.he] {went in|stood at the door}.',
  'It was [weather], so [h] went into [c.the].',
  'It was {quiet|warm|busy|cool} in [c.the] when [h] came in.',
  '',
]
const SEES = [
  '[k], the [keeper], {was sitting at the desk|looked up|came to the door|was reading a newspaper|was sweeping the floor|was drinking tea}.',
  'There were [x] and [y] everywhere.',
  'It smelled of {wood|tea|the sea|paper|soap|old books}.',
  '{A cat|A dog|[helper] the cat} {slept|lay} on {a chair|the window seat|the floor}.',
  'Behind the desk {sat|stood} [k].',
  '[h] {looked around|was a little shy|waited until it was [h.his] turn}.',
  '',
  '',
]
const ASKED = [
  'asked [h]',
  '[h.he] asked',
  'asked the [h.kind]',
  '[h] asked',
  '[h] wanted to know',
  '[h.he] asked politely',
  'asked [h] {quietly|shyly|loudly|again}',
  '[h] asked [k]',
]
const SAID = [
  'said [k]',
  'said the [keeper]',
  '[k.he] said',
  'answered [k]',
  'answered the [keeper]',
  'was the answer',
  'said [k] {kindly|with a smile|and smiled|at once}',
  'replied [k]',
  '[k] told [h.him]',
]
const ENDS = [
  '{So|Then} [h] {went home happily|thanked [k.him] and left|stayed until [close]|came back the next day|sat down and waited}.',
  '[h] {wrote it down|remembered it|told [k2] about it at home}.',
  '{At home|In the evening} [h] told [k2] {everything|all about [c.the]}.',
  '"{Thank you|Thank you very much|That is good to know}," said [h]. "{You are welcome|Come again soon|Goodbye|It was a pleasure}," said [k].',
  '[h] took [few] [x] and {carried them home|went on [h.his] way|was very glad}.',
  'From then on [h] {went there every week|often came to [c.the]|always said hello to [k]}.',
  '{Outside|On the way home} it was [weather], {and|but} [h] was [mood].',
  '',
]

const DESCRIPTIONS = [
  '[c.The] is [where].',
  'It {opens at [open] and closes at [close]|is open from [open] until [close]|is open every day but [closed]|is closed on [closed]}.',
  'On [late] it is open until [lateHour] in the evening.',
  '{The [keeper] is called|The [keeper] is|The name of the [keeper] is} [k].',
  'You can [verb] [x], [y] and [z] {there|}.',
  'Every [eventDay] at [eventHour] there is [event.a].',
  '{It is more than [year] years old|It was built [year] years ago}.',
  'A cat called [helper] {lives there|sleeps on the [x]|greets everyone at the door}.',
  'It costs [price].',
  '[k] {has worked there for [number] years|knows everybody in the town|likes the [y] best}.',
  'The [x] are [spot], and the [y] are [spot].',
  'There is {a bench|a big clock|a blue door|a round window|a bell} {in front of it|at the front|beside the door}.',
  'Most people come {in the morning|on [late]|after lunch|when it rains}.',
  '[pets] {may come in|must wait outside}.',
  'It is a {quiet|friendly|busy|lovely|small} place.',
  'Children {love it|come there after school|under [age] must come with a grown-up}.',
]
const LENDING = [
  'You may take [max] things home {and keep them for [stay]|for [stay]|at once}.',
  '{If you are late, you pay [fine]|The fine is [fine]}.',
  'You need a card, which you get at the desk.',
  'Everything must be brought back after [stay].',
]
const NOTICE = [
  'Notice: [c.the] is closed {this week|today|on [closed]} because {of the storm|the roof is being mended|the [keeper] is ill|we are painting the walls|of the holiday}. We open again on [late] at [open].',
  'Welcome to [c.the]! Open from [open] to [close]. Closed on [closed]. {Please ring the bell.|Please close the door.|Please wipe your feet.}',
  'Dear visitors, on [eventDay] at [eventHour] there will be [event.a] at [c.the]. {Everyone is welcome.|Bring your friends.|It is free for children.|There will be tea and cake.}',
  'Lost at [c.the]: [garment>t.a]. {It is [colour] and [adj].|It has [few] buttons.} Please bring it to [k] at the desk.',
  'Found at [c.the]: [thingy>t.a]. Ask [k], the [keeper].',
  'Wanted: a helper for [c.the]. {You should like [x].|You should be kind and honest.} Come on [late] at [open] and ask for [k].',
]

/** @returns one of the texts and the scope it belongs to */
export function scene(scope, uniform) {
  Object.assign(scope, counter(uniform), { k2: scope.l })
  const kind = uniform()
  if (kind < 0.2) return describe(scope, uniform)
  if (kind < 0.26) return choose(NOTICE, uniform)
  return (uniform() < 0.25 ? `${describe(scope, uniform, 3)} ` : '') + visit(scope, uniform)
}

function describe(facts, uniform, count = 4 + Math.floor(uniform() * 5)) {
  const [first, ...rest] = [...DESCRIPTIONS, ...(facts.returns ? LENDING : [])]
  return [first, ...several(rest, count - 1, uniform)].join(' ')
}

function visit(facts, uniform) {
  const title = uniform()
  const chosen = several(fitting(facts), 1 + Math.floor(uniform() * 4), uniform).map(
    ({ ask, say }) => [choose(ask, uniform), choose(say, uniform)],
  )
  const turns = chosen.map(([question, answer], index) => turn(question, answer, index, uniform))
  const before = title < 0.12 ? `${chosen[0][0]}\n` : title < 0.2 ? 'A Visit to [c.the]\n' : ''
  const start =
    uniform() < 0.12 && before === ''
      ? ''
      : `${choose(ARRIVALS, uniform)} ${choose(SEES, uniform)} `
  return `${before}${start}${turns.join(' ')} ${uniform() < 0.7 ? choose(ENDS, uniform) : ''}`
}

function turn(question, answer, index, uniform) {
  const end = /[?!]$/.test(answer) ? answer : undefined
  const asked = question.replace(/\.$/, ',')
  const bare = index > 0 && uniform() < 0.35
  const reply = uniform()
  const answered =
    reply < 0.55
      ? `"${end ?? `${answer},`}" ${choose(SAID, uniform)}.`
      : reply < 0.75 && end === undefined
        ? `[k] {said|answered|smiled and said}, "${answer}."`
        : `"${end ?? `${answer}.`}"`
  return `${bare ? `"${question}"` : `"${asked}" ${choose(ASKED, uniform)}.`} ${answered}`
}

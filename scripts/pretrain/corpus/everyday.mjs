/**
 * Short texts that are no stories: people, animals and places described, days and habits, letters,
 * weather, counting, recipes, explanations, and chains of small events.
 */
import { choose, plural, several } from './grammar.mjs'
import { adjectives, belongings } from './lexicon.mjs'

const PERSON = [
  '[h] is [few] years old {and lives [lives]|}.',
  '[h.He] has {brown|black|red|fair|short|long|curly} hair and {blue|green|brown|dark|bright} eyes.',
  '[h.His] {best|oldest|dearest} friend is {called|} [g].',
  '[h.He] likes {[food]|[subject]|[treat.s]|the sea|rain|dancing|swimming} {best|very much|more than anything}, but [h.he] does not like {[food]|[weather] days|loud noise|getting up early|spiders|long walks}.',
  'Everybody says that [h] is [nature] and [nature].',
  '{In [season]|Every [day]|After school|In the holidays} [h.he] {goes [p.to]|plays [o.at]|helps [k]|visits [k]|reads about [subject]}.',
  '[h.His] {mother|father|aunt|uncle} is [job.a].',
  'When [h.he] grows up, [h.he] wants to be [job.a].',
  '[h.He] has [pet.a] called [pn].',
  '[h.He] always wears [colour] [garment.s].',
  'At school [h.he] is good at {counting|reading|drawing|singing|running|spelling}.',
  '[h.He] can {swim|whistle|cook|sing|skate|sew|fish} {very well|better than [g]|a little}.',
  '[h] {has never been on a ship|would like to see the mountains|dreams of a long journey|is afraid of the dark}.',
]
const WORKER = [
  '[k] is [job>jj.a] and works [p.at].',
  '{[k.He] gets up at [clock] and goes to work by [vehicle].|Every morning [k.he] gets up at [clock].}',
  '[k.His] work is {hard|not easy|quiet|often dirty}, but [k.he] likes it.',
  '{At noon|At [clock]} [k.he] eats [food] and drinks [drink].',
  'People come to [k.him] when they {need help|have a question|are in trouble|want to talk}.',
  '[k.He] has a [adj] [tool] and [few] [tool.s].',
  '"{A good [jj] is never late|I would not do anything else|The best thing is to help people|You must be [nature] to be a good [jj]}," [k.he] says.',
  '[k.He] has worked there for [number] years.',
  'In the evening [k.he] {is tired but content|plays the [instrument]|reads the newspaper|walks home by the river}.',
  'On [day] [k.he] {rests|stays at home|goes fishing|visits [l]}.',
  '[k.He] knows everything about [subject].',
]
const BEAST = [
  'The [a] is [adj.a] animal.',
  'It lives in {a|its} [a.home] and eats [a.food].',
  'When it is {hungry|afraid|happy|alone}, it makes a noise.',
  'It {sleeps|hides|stays at home} {by day|in winter|when it rains|at noon} and {comes out|plays|looks for food} {at night|in the morning|in spring|when the sun shines}.',
  'It is {bigger|smaller|faster|slower|heavier|louder} than [b.a].',
  'It is afraid of [b.a] and {of thunder|of loud noises|of people}.',
  'It has {two|four} {young ones|little ones|brothers}.',
  'Its {coat|skin|back} is [colour] and [adj].',
  '{Children|People|Farmers} {like|often see|sometimes feed} it.',
  '{You can see it [o.at]|It is often [o.at]|It likes to be [o.at]} {in [season]|early in the morning|}.',
  'Nobody knows how old it can get.',
  'It can {run|swim|climb|jump|hear|smell} very well.',
]
const SCENE = [
  'The [p.bare] is {quiet|busy|full of people|empty|lovely} {in the morning|in the evening|in [season]|on [day]}.',
  'There {you can see|are} [p1], [p2] and [p3].',
  '{People come there to|Many people go there to} {rest|talk|work|walk|meet friends|look around}.',
  'In [season] it is [weather], and {few|many} people come.',
  '{From there you can see|Not far away is} [q.the].',
  '{An old man|An old woman|[k]|A child} sits there {every day|on [day]|in the sun} and {reads|waits|sings|tells stories}.',
  'The best time to go there is {at sunrise|in [month]|in the evening|after the rain}.',
  '[h] goes there {every [day]|with [k]|to be alone|to draw} because it is so {quiet|beautiful|near|warm}.',
  'At night {it is dark there|only the wind is there|nobody is there}.',
  '{A path|A small road|A bus} goes from there [o.to].',
  'It smells of {salt|flowers|bread|wood|rain|smoke}.',
]
const ROUTINE = [
  '{Every|Each} morning [h] {gets up|wakes up} at [clock].',
  'First [h.he] {washes [h.his] face|opens the window|makes the bed|feeds the [pet]}.',
  'Then [h.he] {eats|has} {[food]|[treat.a]|some bread with jam} for breakfast and drinks [drink].',
  'After breakfast [h.he] {goes to school|walks [o.to]|helps [k]|takes the bus}.',
  'At noon [h.he] {eats [food]|comes home|rests for an hour|meets [g]}.',
  'In the afternoon [h.he] {plays with [g]|does [h.his] homework|goes [o.to]|practises the [instrument]}.',
  'In the evening [h.he] {reads a book about [subject]|tells [k] about the day|has dinner with the family|draws a picture}.',
  'At [clock] [h.he] goes to bed {and sleeps at once|, but first [h.he] looks at the stars|and dreams of [subject]}.',
]
const WEATHER = [
  'Today it is [weather].',
  'Yesterday it was [weather>w1], but today it is [weather].',
  'Tomorrow it will be [weather] and [weather].',
  'The wind {comes|blows} from the [direction].',
  '{In the morning|At noon|In the evening} {there was fog over the [o.bare]|the sun came out|it began to rain|dark clouds came up|it snowed}.',
  '{Take an umbrella|Put on a warm coat|Stay at home|Do not forget your hat}, {because|for} it {will rain|is cold outside|will be windy}.',
  '[h] {likes|does not like} {rain|snow|wind|fog|sunny days|storms}, because {then [h.he] can stay in bed|the world looks different|[h.he] cannot play outside|it makes [h.him] [mood]}.',
  'In [month] it often {rains|snows|is [weather]} here.',
  'The {leaves fall|birds fly away|flowers come out|days grow longer|nights grow cold} in [season].',
  'After the rain there was a rainbow over the [o.bare].',
]
const COUNT = [
  '[h] has [n1] [treat>x.s]. [g] gives [h.him] [n2] more. Now [h.he] has [n3].',
  'There were [n3] [beasts] [o.at]. [n1.cap] went away. Then there were [n2] left.',
  '[n1.cap] and [n2] make [n3].',
  'If you take [n1] from [n3], [n2] are left.',
  '"How many [thing>x.s] do you have?" asked [h]. "I have [n1]," said [g]. "And I have [n2], so together we have [n3]," said [h].',
  'A week has seven days.',
  'After [d1] comes [d2], and after [d2] comes [d3].',
  'Today is [d1], so tomorrow will be [d2].',
  'Today is [d2], so yesterday was [d1].',
  'A year has twelve months and four seasons.',
  'An hour has sixty minutes.',
  '[h] is [n1] years old. [g] is [n2] years older, so [g.he] is [n3].',
  '"What day is it today?" asked [h]. "It is [d1]," said [g]. "Then tomorrow is [d2]."',
]
const CAUSE = [
  '{Because|Since} it {rained|was cold|was late|was dark}, [h] {stayed at home|put on a coat|took a lantern|went to bed}.',
  '[h] was [mood] because [h.he] {had lost [thing.a]|could not find [g]|had slept badly|had eaten too much [food]|had won a game}.',
  'If you {do not water a plant|leave the milk in the sun|do not sleep|eat too many [treat.s]}, it {is not good for it|goes bad|makes you tired|makes you ill}.',
  'The [item] fell because {the cat had pushed it|the shelf was broken|the wind had opened the window}.',
  'When the sun {shines|comes out}, the snow melts.',
  'Water becomes ice when it is very cold.',
  'The bread was {hard|black|cold}, because {it was old|it had been in the oven too long|nobody had eaten it}.',
  'You need {a key to open a door|a needle to sew|a saw to cut wood|a map to find the way|an umbrella when it rains|a lantern in the dark|a boat to cross the lake|a stamp to send a letter}.',
  'The [a] ran away because the [b] {was too loud|had come too near|wanted to eat it}.',
  'It was so {dark|loud|cold|hot|foggy} that {nobody could see anything|[h] could not sleep|they went home|the dog hid under the table}.',
  '[h] ran {fast|quickly}, so [h.he] was not late.',
  'Although it was [weather], [h] and [g] went [o.to].',
]
const RECIPE = [
  'To make [food>f], you need {flour|water|milk|rice}, [few] [treat>x.s] and a little {salt|sugar|butter|honey}.',
  'First wash the [x.s] and cut them into small pieces.',
  'Then put {everything|them} into a {pot|bowl|pan} and {stir|mix} it well.',
  'Cook it for [tens] minutes {on a small fire|and do not forget it|with the lid on}.',
  'In the end {add some {honey|butter|salt|herbs}|let it rest|put it on the table while it is hot}.',
  'Serve it with {bread|[drink]|[food]}.',
  'It is enough for [few] people.',
  '[k] makes it every [day].',
]
const LETTER = [
  'Dear [g],',
  '{How are you?|I hope you are well.|Thank you for your letter.|I was so glad to hear from you.}',
  '{Here it is [weather].|We are {at the sea|in the mountains|on an island|on the farm} now.|I am {at home|at school|in bed with a cold}.}',
  '{Yesterday|On [day]|Last week} we {went [p.to]|saw [a.a] [o.at]|ate [food] and [treat.s]|found [thingy.a]|met [j.a] who could play the [instrument]}.',
  '{I miss you.|Will you visit me in [season]?|When are you coming?|Please send me [thing.a].|Say hello to [k] for me.}',
  '{Your friend [h]|Yours, [h]|With love, [h]|Many greetings, your [h]}',
]
const DIARY = [
  '{[day], [weather]. |Today }',
  'I {got up early|woke up late|could not sleep|dreamed of [subject]}.',
  'I went [p.to] with {[g]|[k]|my brother|my sister} and we {saw [p1]|bought [treat.s]|talked about [subject]|looked for [thing.a]}.',
  '{At first|In the morning} I was [mood], but {then|later} I was [mood].',
  '{I learned something new|I helped [k]|I lost my [thing]|I found [thingy.a]|I made a new friend}.',
  'We ate [food] and [treat.s].',
  '{Tomorrow|On [day]} I {will go [o.to]|want to visit [k]|must get up at [clock]|will try again}.',
  'It was a {good|long|strange|lovely|quiet} day.',
]
const TALK = [
  '"{What is your favourite animal?|Which animal do you like best?}" asked [h]. "{I like|My favourite is} the [animal]," said [g]. "{Why?|Why do you like it?|And yours?}" "{Because it is so [nature]|I do not know|I like the [animal] too}," said [h].',
  '"{What is your favourite colour?|Which colour do you like best?}" asked [h]. "{[colour.cap]|I like [colour] best|My favourite colour is [colour]}," said [g]. "{^mine is [colour]|I like [colour] too}," said [h].',
  '"{Which season do you like best?|Do you like [season] or [season]?}" asked [h]. "{I like [season] best|[season.cap]}, because {it is [weather]|then I can swim|then there is snow|the days are long|the trees are [colour]}," said [g].',
  '"{What do you like to eat?|What is your favourite food?|What shall we eat today?}" asked [k]. "{I like [food] best|[food.cap], please|I would like [treat.s] with [food]}," said [h].',
  '"{What is your favourite book?|Which book do you like best?|What are you reading?}" asked [k]. "{I like books about [subject]|The one about [subject]|A book about [subject]}," said [h]. "{It is funny and sad|It makes me laugh|I have read it [few] times}."',
  '"{What are you doing?|What have you got there?|What are you looking at?}" asked [h]. "{I am drawing [a.a]|I am looking for my [thing]|I have found [thingy.a]|I am making [food]|I am reading a book about [subject]}," said [g].',
  '"{Where are you going?|Where do you want to go?}" asked [h]. "{I am going [p.to]|[p.To]|Home}," said [g]. "{May I come with you?|Can I come too?|What do you want to do there?}" "{Of course|Yes, come along|I want to buy [treat.s]|I want to meet [k]}," said [g].',
  '"{How old are you?|How old is your [sib]?}" asked [h]. "{I am|[g.He] is} [few]," was the answer.',
  '"{Can you {swim|cook|sing|whistle|skate}?}" asked [h]. "{Yes, I can|No, but I would like to learn it|A little}," said [g].',
  '"{Why are you so [mood>m]?}" asked [k]. "{I do not know|I had a strange dream|Because of the [weather] weather|Because [g] is here|I will tell you later}," said [h].',
  '"{Why are you so {sad|angry|quiet}?|Why are you crying?}" asked [k]. "{Because I have lost my [thing]|Because [g] has gone away|I cannot find [pn]|I have broken the [item]}," said [h].',
  '"{Why are you so {happy|excited|proud}?|Why are you laughing?}" asked [k]. "{Because it is my birthday|I have found my [thing]|We are going [p.to]|[g] told me a funny story}," said [h].',
  '"{What time is it?|Can you tell me the time?}" asked [h]. "{It is [clock]|It is nearly [clock]}," said [k].',
  '"{Have you seen [pn]?|Where is [pn]?}" asked [h]. "{[pn] is [p.at]|I saw [pn] [o.at]|No, I have not}," said [k].',
  '"{Would you like [treat.a]?|Do you want some [food]?|May I give you some [drink]?}" asked [k]. "{Yes, please|No, thank you|Thank you, that is kind}," said [h].',
  '"{What did you do yesterday?|Where were you on [day]?}" asked [g]. "{I was [p.at]|I helped [k]|I was ill|I went [o.to] with [i]}," said [h].',
  '"{Is this your [thing>t]?|Whose [thing>t] is this?}" asked [k]. "{Yes, it is mine|It belongs to [g]|No, mine is [colour]}," said [h].',
  '"{What will you be when you grow up?|What do you want to be?}" asked [k]. "{I want to be [job.a]|[job.A], I think|I do not know yet}," said [h].',
  '"{I am sorry|Please forgive me|I did not mean it}," said [h]. "{It is all right|Never mind|I forgive you}," said [g].',
  '"{What is in the box?|What is in your bag?}" asked [g]. "{[thingy.A] and [few] [treat.s]|Only [thingy.a]|It is a secret}," said [h].',
  '"{Do you know a story?|Tell me a story!|Can you tell us a story?}" asked [h]. "{I know one about [subject]|Sit down, and I will begin|Not now, but this evening}," said [k].',
]
const EVENTS = [
  '[h] {found|saw|bought|carried|lost|broke|mended|painted|hid|dropped|cleaned} [tt.a].',
  '[h.He] {put|left|hid|found} {it|the [t]} {under|behind|beside|on|in front of} the [item].',
  '[g] {came|walked|ran|went} [p.to].',
  'The [a] {sat|slept|stood|waited|jumped|hid} {under|behind|beside|on} the [item].',
  '[k] {gave|showed|sold|brought|sent} [h] [tt.a] {and [treat.a]|}.',
  '[h] {opened|closed|cleaned} the {window|door|box}.',
  'It was [weather] {and the wind was strong|}.',
  '{Suddenly|Then|At last|After a while|At that moment|A little later} [b.a] {came out of its [b.home]|appeared|ran across the road|looked in at the window}.',
  '{They|All of them|The children} {laughed|sang|ate [food]|sat down|went on|were [mood]}.',
  '[h] {thought about [subject]|was [mood]|felt [mood]|wanted to go home}.',
  '[j.The] {shook [j.his] head|was [nature]|told a story about [subject]|asked for help}.',
  'In the evening [h] {was tired|wrote in [h.his] diary|went home by [vehicle]|fell asleep at once}.',
  '{Nobody knew|Everybody wondered|[g] asked} {where it came from|what had happened|whose [t] it was}.',
  '[h] {could not|did not want to|forgot to|tried to|promised to} {open the [item]|eat the [treat]|wait any longer|find the way|tell the truth}.',
  '[g] {has|had} {always|never} {liked|seen|wanted} [thingy.a].',
  '{On the way|At the [p.bare]} they met [j.a] with a [adj] [tool].',
  '[k] {said|thought} that it {would rain|was too late|was a good idea|was time to go}.',
]

const KINDS = [
  [PERSON, 5],
  [WORKER, 5],
  [BEAST, 4],
  [SCENE, 4],
  [ROUTINE, 0],
  [WEATHER, 4],
  [COUNT, 4],
  [CAUSE, 5],
  [RECIPE, 0],
  [LETTER, 0],
  [DIARY, 0],
  [TALK, 3],
  [TALK, 3],
  [EVENTS, 6],
  [EVENTS, 7],
]
const DAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
  'Monday',
  'Tuesday',
]
const NUMBERS = [
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/**
 * @returns a template of several sentences over the cast; `count` 0 in the table means all of them,
 * in order
 */
export function everyday(scope, uniform) {
  const [sentences, count] = choose(KINDS, uniform)
  const first = 1 + Math.floor(uniform() * 5),
    second = 1 + Math.floor(uniform() * 5),
    day = Math.floor(uniform() * 7)
  const [p1, p2, p3] = several(
    scope.p.seen.length >= 3 ? scope.p.seen : [...scope.p.seen, 'people'],
    3,
    uniform,
  )
  Object.assign(scope, {
    n1: NUMBERS[first],
    n2: NUMBERS[second],
    n3: NUMBERS[first + second + 1],
    d1: DAYS[day],
    d2: DAYS[day + 1],
    d3: DAYS[day + 2],
    p1,
    p2,
    p3,
    beasts: plural(scope.a.name),
  })
  scope.t = choose(belongings, uniform)
  scope.tt = `${choose(adjectives, uniform)} ${scope.t}`
  if (count === 0) return sentences.join(' ')
  const opens =
    sentences === PERSON ||
    sentences === WORKER ||
    sentences === BEAST ||
    sentences === EVENTS ||
    sentences === SCENE
  return (
    opens
      ? [sentences[0], ...several(sentences.slice(1), count, uniform)]
      : several(sentences, count, uniform)
  ).join(' ')
}

export const everydayRules = {
  lives: [
    'beside the [outdoor]',
    'in a [adj] house',
    'on a farm',
    'above the bakery',
    'near the harbour',
    'in the next street',
    'on a boat',
    'in a house with a [colour] door',
    'at the end of the village',
  ],
  sib: ['brother', 'sister', 'cousin', 'dog', 'cat', 'house'],
}

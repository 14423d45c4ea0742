/**
 * The text that the model is pretrained on: as many little documents as you like, each depending on
 * the seed and its own number alone. Every sentence was written for this project; the grammar
 * composes them.
 */
import { choose, several, write } from './grammar.mjs'
import {
  animals,
  adults,
  children,
  jobs,
  outdoors,
  petNames,
  pets,
  places,
  rules,
} from './lexicon.mjs'
import { counterRules } from './counters.mjs'
import { everyday, everydayRules } from './everyday.mjs'
import { scene } from './scenes.mjs'
import { stories, storyRules } from './stories.mjs'
import { uniformOf } from './random.mjs'

const RULES = { ...rules, ...storyRules, ...everydayRules, ...counterRules }

/**
 * @returns document `number` of the corpus: some 40–1,500 characters, now and then with a title and
 * a line break after it
 */
export function documentOf(seed, number) {
  const uniform = uniformOf(seed, number)
  const scope = cast(uniform)
  const kind = uniform()
  return write(
    kind < 0.4
      ? story(scope, uniform)
      : kind < 0.72
        ? scene(scope, uniform)
        : everyday(scope, uniform),
    scope,
    RULES,
    uniform,
  )
}

function story(scope, uniform) {
  const { titles, set, text } = choose(stories, uniform)
  // What the plot is about has to be chosen before the title can name it.
  if (set !== undefined) scope.t = write(set.replace('>t', ''), scope, RULES, uniform).toLowerCase()
  return uniform() < 0.45 ? `${choose(titles, uniform)}\n${text}` : text
}

function cast(uniform) {
  const [h, g, i] = several(children, 3, uniform)
  const [k, l] = several(adults, 2, uniform)
  const [a, b] = several(animals, 2, uniform)
  const [j, w] = several(jobs, 2, uniform)
  const [p, q] = several(places, 2, uniform)
  const o = choose(
    outdoors.filter(place => place !== p && place !== q),
    uniform,
  )
  return {
    h,
    g,
    i,
    k,
    l,
    a,
    b,
    j,
    w,
    p,
    q,
    o,
    g2: choose([h, g], uniform),
    pn: choose(petNames, uniform),
    pet: choose(pets, uniform),
  }
}

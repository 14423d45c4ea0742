/**
 * The words of the corpus by kind: people, animals, things, places, and the small lists that the
 * templates draw from.
 */

const person = (name, he, him, his, kind) => ({
  name,
  he,
  him,
  his,
  kind,
  her: him,
  himself: `${him === 'her' ? 'her' : 'him'}self`,
  the: name,
  a: name,
})
const she = kind => name => person(name, 'she', 'her', 'her', kind)
const he = kind => name => person(name, 'he', 'him', 'his', kind)
const words = text => text.trim().split(/\s*,\s*/)

export const girls = words(
  'Anna, Mia, Lucy, Ella, Rosa, Nora, Clara, Ida, Ruby, Alma, Lily, Emma, Zoe, Maya, Sara, Amy, Jane, Kate, Lena, Vera, Daisy, Molly, Hana, Leila, Priya, Mei, Ines, Olga',
).map(she('girl'))
export const boys = words(
  'Tom, Ben, Sam, Max, Leo, Noah, Finn, Hugo, Oscar, Jack, Theo, Felix, Adam, Omar, Ravi, Luca, Paul, Peter, Will, Ned, Karim, Ivan, Jonas, Emil, Otto, Dan, Ali, Milo',
).map(he('boy'))
export const children = [...girls, ...boys]
export const women = words(
  'Mrs Bell, Mrs Hill, Mrs Green, Mrs Stone, Mrs Lane, Mrs Wood, Mrs Reed, Mrs Shore, Aunt May, Aunt Rose, Grandma, Miss Park, Miss Field, Miss Brook, Captain Marsh',
).map(she('woman'))
export const men = words(
  'Mr Hill, Mr Bell, Mr Green, Mr Stone, Mr Lane, Mr Wood, Mr Reed, Mr Shore, Uncle Bob, Uncle Jim, Grandpa, Mr Park, Mr Field, Mr Brook, Captain Gray',
).map(he('man'))
export const adults = [...women, ...men]

/** Somebody known by the work they do; either of two pronouns. */
export const jobs =
  words(`baker, teacher, doctor, nurse, farmer, fisherman, sailor, captain, painter, gardener, librarian, postman, driver, cook, waiter, singer, musician, tailor,
  carpenter, shopkeeper, builder, guard, guide, cleaner, clerk, lighthouse keeper, bus driver, ferryman, shepherd, potter, clockmaker, shoemaker, writer, dentist, vet, pilot, mechanic, plumber, firefighter, beekeeper, assistant, porter, programmer`).flatMap(
    job =>
      (['fisherman', 'postman', 'ferryman'].includes(job)
        ? [['he', 'him', 'his']]
        : [
            ['he', 'him', 'his'],
            ['she', 'her', 'her'],
          ]
      ).map(([he, him, his]) => ({
        name: job,
        he,
        him,
        his,
        her: him,
        himself: `${him}self`,
        kind: he === 'he' ? 'man' : 'woman',
        the: `the ${job}`,
        a: `a ${job}`,
        job,
      })),
  )

const animal = (name, sound, home, food) => ({
  name,
  cap: name[0].toUpperCase() + name.slice(1),
  the: `the ${name}`,
  a: `a ${name}`,
  he: 'it',
  him: 'it',
  her: 'it',
  his: 'its',
  himself: 'itself',
  sound,
  home,
  food,
  kind: 'animal',
})
export const animals =
  `cat:meowed:basket:fish, dog:barked:kennel:bones, mouse:squeaked:hole:cheese, fox:barked:den:berries, rabbit:squeaked:burrow:carrots, hen:clucked:barn:corn, duck:quacked:pond:bread,
  goose:honked:yard:grass, cow:mooed:barn:hay, horse:neighed:stable:apples, goat:bleated:shed:leaves, sheep:bleated:field:grass, pig:grunted:sty:turnips, donkey:brayed:stable:thistles, owl:hooted:tree:mice,
  crow:cawed:nest:seeds, robin:chirped:nest:worms, gull:cried:cliff:fish, frog:croaked:pond:flies, hedgehog:snuffled:hedge:snails, squirrel:chattered:tree:nuts, bear:growled:cave:honey, wolf:howled:den:meat,
  seal:barked:beach:fish, turtle:hissed:beach:leaves, parrot:squawked:cage:seeds, puppy:whined:basket:biscuits, kitten:meowed:basket:milk, bee:buzzed:hive:honey, deer:called:forest:grass, otter:whistled:river:fish,
  mole:squeaked:tunnel:worms, badger:grunted:den:roots, swan:hissed:lake:reeds, sparrow:chirped:roof:crumbs, lamb:bleated:field:milk, whale:sang:sea:fish, crab:clicked:rock pool:weeds, snail:hummed:garden:leaves, bat:squeaked:tower:moths`
    .split(/\s*,\s*/)
    .map(text => animal(...text.split(':')))
export const pets = animals.filter(({ name }) =>
  ['cat', 'dog', 'rabbit', 'puppy', 'kitten', 'parrot', 'hen', 'goat', 'duck', 'turtle'].includes(
    name,
  ),
)
export const petNames = words(
  'Biscuit, Pip, Button, Pepper, Snow, Coco, Honey, Bramble, Toffee, Muffin, Sooty, Patch, Rusty, Misty, Ginger, Bubbles, Clover, Socks, Nutmeg, Dusty, Poppy, Smoky, Plum, Skipper, Pebble',
)

export const toys = words(
  'kite, ball, doll, toy boat, teddy bear, drum, whistle, top, puzzle, toy train, wooden horse, puppet, yo-yo, paper plane, marble, skipping rope, board game, balloon, kaleidoscope',
)
export const tools = words(
  'hammer, saw, spade, rake, bucket, rope, ladder, brush, broom, lantern, needle, knife, net, fishing rod, basket, wheelbarrow, hose, axe, nail, screwdriver, torch, compass, map, telescope',
)
export const clothes = words(
  'hat, coat, scarf, glove, sock, boot, shoe, jacket, shirt, dress, cap, belt, jumper, raincoat, skirt, button, umbrella, handkerchief',
)
export const household = words(
  'lamp, chair, table, clock, cup, plate, bowl, spoon, pot, kettle, blanket, pillow, mirror, vase, candle, box, key, picture, radio, carpet, curtain, shelf, jar, bottle, bed, door, window, teapot, stool, bench',
)
export const paperThings = words(
  'book, letter, map, newspaper, magazine, card, ticket, notebook, poster, postcard, diary, photograph, song book, picture book, atlas, dictionary, comic, story, poem, list',
)
export const belongings = [
  ...toys,
  ...tools,
  ...clothes,
  ...words(
    'lamp, cup, key, clock, blanket, mirror, candle, box, radio, jar, bottle, teapot, book, letter, notebook, diary, ring, coin, bell, flute, guitar, violin, watch, bag, purse, pen, pencil, camera, bicycle, shell, stone, pebble, feather',
  ),
]
export const musical = words(
  'flute, guitar, violin, drum, trumpet, piano, bell, harp, whistle, accordion',
)
export const vehicles = words(
  'boat, bicycle, cart, bus, train, ferry, car, tractor, sledge, wagon, raft, ship, van, tram, truck',
)
export const foods = words(
  'bread, soup, cheese, honey, jam, porridge, rice, salad, pasta, butter, fish, chocolate, milk, cake, pie, toast, ice cream, stew, fruit',
)
export const treats = words(
  'cake, pie, biscuit, bun, pancake, muffin, sandwich, apple, pear, plum, orange, peach, egg, carrot, potato, tomato, onion, cherry, lemon, loaf, nut, sausage, strawberry, banana, pumpkin',
)
export const drinks = words(
  'tea, water, milk, lemonade, hot chocolate, coffee, apple juice, cocoa, orange juice',
)
export const plants = words(
  'tree, rose, flower, bush, sunflower, tulip, daisy, apple tree, oak, fern, vine, bean, pumpkin, lily, pear tree, willow, cherry tree, hedge',
)

export const adjectives = words(
  'small, big, old, new, little, round, long, heavy, light, soft, warm, cold, clean, dirty, shiny, strange, pretty, plain, broken, strong, thin, thick, wooden, smooth, wet, dry, tiny, huge, fine, lovely, simple, empty, full, rusty, bright, dusty, golden, silver, striped, spotted',
)
export const colours = words(
  'red, blue, green, yellow, white, black, brown, grey, pink, orange, purple',
)
export const moods = words(
  'happy, sad, tired, hungry, thirsty, angry, afraid, proud, lonely, excited, worried, surprised, calm, bored, shy, brave, curious, glad, cold, nervous, cheerful, sleepy',
)
export const natures = words(
  'kind, clever, quiet, brave, shy, funny, lazy, careful, patient, curious, stubborn, gentle, busy, cheerful, honest, polite, greedy, proud, wise, friendly, helpful, noisy, serious, strong, generous',
)
export const weathers = words(
  'sunny, rainy, windy, cloudy, foggy, snowy, stormy, warm, cold, hot, cool, grey, bright, misty, frosty',
)
export const days = words('Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday')
export const months = words(
  'January, February, March, April, May, June, July, August, September, October, November, December',
)
export const seasons = words('spring, summer, autumn, winter')
export const dayParts = words(
  'in the morning, in the afternoon, in the evening, at noon, at night, after lunch, before dinner, after school, at sunrise, at sunset',
)
export const numbers = words(
  'one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen, sixteen, seventeen, eighteen, nineteen, twenty',
)
export const few = numbers.slice(1, 10)
export const tens = words(
  'ten, twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety, a hundred',
)
export const directions = words('north, south, east, west')
export const subjects = words(
  'animals, stars, ships, trains, birds, the sea, flowers, dinosaurs, castles, pirates, dragons, cooking, history, music, the moon, insects, horses, rivers, maps, the weather, painting, ghosts, robots, gardens, whales, volcanoes, knights, kings and queens, faraway lands, football, computers, lighthouses',
)

const place = (name, at, to, seen) => ({
  name,
  at: `${at} ${name}`,
  to,
  seen: words(seen.replaceAll(';', ',')),
  the: name,
  bare: name.replace('the ', ''),
})
const AT = 'at',
  IN = 'in',
  ON = 'on'
export const places = [
  [
    'the harbour',
    AT,
    'down to the harbour',
    'boats; nets; gulls; sailors; ropes; crates of fish; a white lighthouse',
  ],
  [
    'the beach',
    ON,
    'down to the beach',
    'shells; waves; crabs; wet sand; seaweed; small stones; gulls',
  ],
  [
    'the market',
    AT,
    'to the market',
    'baskets of fruit; loaves of bread; flowers; cheeses; a man with a drum; jars of honey',
  ],
  [
    'the park',
    IN,
    'to the park',
    'swings; a pond with ducks; old trees; benches; a bandstand; pigeons',
  ],
  [
    'the forest',
    IN,
    'into the forest',
    'tall trees; mushrooms; ferns; a fallen log; squirrels; deep moss',
  ],
  [
    'the school',
    AT,
    'to school',
    'desks; a blackboard; coats on hooks; a globe; paintings on the wall',
  ],
  [
    'the library',
    IN,
    'to the library',
    'shelves of books; a reading lamp; newspapers; soft chairs; a big map; a quiet corner',
  ],
  [
    'the village',
    IN,
    'to the village',
    'stone houses; a well; a church; chickens; a narrow street; smoking chimneys',
  ],
  [
    'the garden',
    IN,
    'into the garden',
    'roses; beans; a shed; butterflies; a watering can; rows of carrots',
  ],
  ['the farm', ON, 'to the farm', 'cows; a red tractor; hay; hens; a muddy yard; a big barn'],
  ['the river', AT, 'to the river', 'stones; fish; a bridge; reeds; a heron; a small boat'],
  [
    'the bakery',
    IN,
    'to the bakery',
    'warm loaves; cakes with cherries; buns; trays; a big oven; sacks of flour',
  ],
  [
    'the station',
    AT,
    'to the station',
    'trains; a big clock; suitcases; people in a hurry; a ticket window',
  ],
  [
    'the hill',
    ON,
    'up the hill',
    'sheep; long grass; a stone wall; the whole village; the far blue sea',
  ],
  [
    'the lighthouse',
    AT,
    'to the lighthouse',
    'winding stairs; a great lamp; ships far away; white walls',
  ],
  [
    'the town square',
    IN,
    'to the town square',
    'a fountain; a statue; small shops; pigeons; children with ice cream',
  ],
  [
    'the museum',
    IN,
    'to the museum',
    'old coins; bones of a whale; paintings; a model ship; a suit of armour',
  ],
  ['the shop', IN, 'to the shop', 'bags of rice; sweets in jars; candles; tins; postcards; brooms'],
  ['the kitchen', IN, 'into the kitchen', 'pots; a warm stove; a bowl of eggs; bread on the table'],
  [
    'the attic',
    IN,
    'up to the attic',
    'old boxes; dusty chairs; a broken clock; spider webs; a trunk of letters',
  ],
  ['the lake', AT, 'to the lake', 'swans; a wooden pier; rowing boats; reeds; calm water'],
  ['the playground', IN, 'to the playground', 'swings; a slide; a sandpit; children running about'],
  ['the mill', AT, 'to the mill', 'sacks of flour; a turning wheel; doves; white dust'],
  ['the field', IN, 'into the field', 'poppies; a scarecrow; corn; rabbits; a wooden gate'],
  [
    'the hospital',
    IN,
    'to the hospital',
    'white beds; kind nurses; flowers by the window; long halls',
  ],
  [
    'the post office',
    IN,
    'to the post office',
    'stamps; parcels; a long line of people; a brass scale',
  ],
  ['the island', ON, 'to the island', 'palm trees; rocks; seals; an old hut; white sand'],
  [
    'the workshop',
    IN,
    'to the workshop',
    'tools; wood; paint; half-made chairs; a bench; shavings on the floor',
  ],
  ['the zoo', AT, 'to the zoo', 'bears; monkeys; a sleepy lion; penguins; an elephant'],
  ['the theatre', IN, 'to the theatre', 'red seats; a high curtain; masks; costumes; a stage'],
].map(([name, at, to, seen]) => place(name, at, to, seen))
export const outdoors = places.filter(({ bare }) =>
  [
    'harbour',
    'beach',
    'market',
    'park',
    'forest',
    'village',
    'garden',
    'farm',
    'river',
    'hill',
    'town square',
    'lake',
    'playground',
    'field',
    'island',
  ].includes(bare),
)

/**
 * Nouns as plain entities, so that `[thing.a]` and `[thing.s]` work, with an adjective or a colour
 * before it now and then.
 */
export const rules = {
  girl: girls,
  boy: boys,
  child: children,
  adult: adults,
  somebody: [...children, ...adults],
  job: jobs,
  animal: animals,
  pet: pets,
  petName: petNames,
  place: places,
  outdoor: outdoors,
  toy: toys,
  tool: tools,
  garment: clothes,
  item: household,
  paper: paperThings,
  thing: belongings,
  instrument: musical,
  vehicle: vehicles,
  food: foods,
  treat: treats,
  drink: drinks,
  plant: plants,
  adj: adjectives,
  colour: colours,
  mood: moods,
  nature: natures,
  weather: weathers,
  day: days,
  month: months,
  season: seasons,
  when: dayParts,
  number: numbers,
  few,
  tens,
  direction: directions,
  subject: subjects,
  thingy: ['[adj] [thing]', '[colour] [thing]', '[thing]', '[adj] [colour] [thing]'],
  clock: [
    "{seven|eight|nine|ten|eleven|twelve|one|two|three|four|five|six} o'clock",
    'half past {seven|eight|nine|ten|eleven|one|two|three|four|five|six}',
    'a quarter past {eight|nine|ten|two|three|four}',
    'a quarter to {nine|ten|eleven|three|four|five}',
  ],
}

/**
 * Places with a door and somebody behind a counter: what they offer, when they are open, what is
 * allowed. One set of facts is made for each text, so that questions asked in it have answers that
 * agree with the rest of it.
 */
import { choose, several } from './grammar.mjs'
import { days, numbers, petNames, tens } from './lexicon.mjs'

// name | who answers | what you do there | things offered (plural) | may they be taken home and
// brought back
const KINDS = [
  'bakery|baker|buy|loaves, buns, cakes, pies, rolls|no',
  'bookshop|shopkeeper|buy|books, maps, postcards, picture books, notebooks|no',
  'museum|guide|see|old coins, paintings, model ships, bones, masks|no',
  'library|librarian|borrow|books, maps, films, magazines, games, song books, umbrellas, telescopes|yes',
  'library|assistant|borrow|books, newspapers, lamps, comics, dictionaries, puzzles|yes',
  'toy library|helper|borrow|toys, puzzles, games, dolls, kites|yes',
  'boat house|boatman|hire|rowing boats, canoes, sailing boats, life jackets, fishing rods|yes',
  'bicycle shop|mechanic|hire|bicycles, helmets, baskets, child seats, carts|yes',
  'tool shed|gardener|borrow|spades, ladders, rakes, wheelbarrows, saws|yes',
  'swimming pool|lifeguard|use|lockers, towels, slides, swimming rings|no',
  'zoo|keeper|see|bears, penguins, monkeys, parrots, seals|no',
  'post office|clerk|buy|stamps, envelopes, postcards, boxes|no',
  'cinema|cashier|watch|films about animals, old films, cartoons, funny films|no',
  'tea room|waiter|get|cakes, soups, sandwiches, pies, pancakes|no',
  'flower shop|florist|buy|roses, tulips, sunflowers, lilies, pots|no',
  'music school|teacher|take|flute lessons, piano lessons, guitar lessons, singing lessons, drum lessons|no',
  'music room|musician|borrow|flutes, guitars, drums, violins, notes|yes',
  'market hall|farmer|buy|apples, potatoes, eggs, cheeses, jars of honey|no',
  'lighthouse|lighthouse keeper|see|the great lamp, the whole bay, old maps, model ships|no',
  'ski hut|helper|hire|skis, sledges, boots, helmets|yes',
  'chemist|chemist|buy|plasters, drops, pills, soap|no',
  'ferry office|clerk|buy|tickets, maps, postcards|no',
  'theatre|cashier|watch|plays, puppet shows, concerts, dances|no',
  'farm shop|farmer|buy|eggs, milk, apples, pumpkins, cheeses|no',
  'reading room|helper|read|newspapers, magazines, books, letters|no',
  'computer room|assistant|use|computers, printers, programs, headphones, games|no',
  'umbrella shop|assistant|hire|umbrellas, raincoats, boots, walking sticks|yes',
  'book bus|driver|borrow|books, comics, picture books, puzzles|yes',
  'costume shop|tailor|hire|masks, hats, capes, crowns, costumes|yes',
  'aquarium|guide|see|fish, turtles, crabs, seals, starfish|no',
  'hotel|porter|get|rooms, beds, maps, umbrellas|no',
  'health centre|nurse|see|doctors, nurses, dentists|no',
  'fish stall|fisherman|buy|fish, crabs, shells, nets|no',
  'sewing room|tailor|use|sewing machines, needles, scissors, irons|no',
].map(row => {
  const [name, keeper, verb, offers, returns] = row.split('|')
  return { name, keeper, verb, offers: offers.split(', '), returns: returns === 'yes' }
})

const OF = [
  '',
  '',
  '',
  'harbour',
  'village',
  'town',
  'old',
  'little',
  'new',
  'school',
  'island',
  'river',
  'park',
  'city',
]
const WHERE = [
  'beside the harbour',
  'in the old school',
  'behind the church',
  'opposite the station',
  'on the market square',
  'at the end of the pier',
  'next to the bakery',
  'near the bridge',
  'in Mill Street',
  'in Bridge Street',
  'above the post office',
  'on the hill',
  'at the corner of the square',
  'in the old mill',
  'between the school and the park',
  'beside the river',
  'in Garden Lane',
  'on the first floor of the town hall',
  'by the lake',
  'under the big clock',
  'in the yellow house at the port',
  'in Shore Road',
]
const ANIMALS = ['Dogs', 'Cats and dogs', 'Pets', 'Animals', 'Small dogs', 'Bicycles']
const RULES = [
  [
    'May I bring my dog?|Are dogs allowed?|Can my dog come in?|Can I bring a pet?',
    '[pets] may come in if they are quiet|Yes, dogs are welcome, but please keep them on a lead|Yes, of course, if it is a friendly dog',
    '[pets] must wait outside|I am sorry, but dogs must stay outside|No, only people, please',
  ],
  [
    'May I eat here?|Can I eat in here?|Is food allowed?|Can I bring something to eat?|Can I bring my lunch?',
    'You may eat at the tables by the window|Yes, but please take the crumbs with you|Yes, there is a table in the yard where you can eat',
    'Please do not eat in here|I am sorry, food and drink are not allowed|No, but there is a bench outside where you can eat',
  ],
  [
    'Must I be quiet?|Do I have to be quiet?|Can we talk in here?|Is it all right to talk?',
    'You can talk as much as you like|You do not have to be quiet here|Talking and laughing are welcome',
    'Please speak softly|Please be quiet, because others want to rest|You may whisper, but please do not shout',
  ],
  [
    'May I take photographs?|Can I take pictures?|Is it all right to take a photograph?',
    'Of course, take as many pictures as you like|Yes, but without a flash, please',
    'No, photographs are not allowed|I am sorry, please leave your camera in your bag',
  ],
  [
    'May I use my phone?|Can I use my phone here?|Are telephones allowed?',
    'Yes, you may use your phone in the hall|Yes, but please speak softly',
    'Please make your calls outside|Please turn your phone off',
  ],
  [
    'Can children come alone?|Can I come without my parents?|May children come in?|Can I bring my children?',
    'Children are always welcome|Yes, children of all ages may come|Yes, there is a corner just for children',
    'Children under [age] must come with a grown-up|Only with a grown-up, please',
  ],
  [
    'Can I wait inside?|Can I sit here for a while?|May I stay here while it rains?',
    'Of course, take a seat by the window|Stay as long as you like|Yes, sit down and rest',
    'I am sorry, we are just closing|Only until the rain stops',
  ],
  [
    'Is there a toilet here?|Where is the toilet?|Where are the toilets?',
    'The toilets are {downstairs|beside the stairs|at the back|on the left}|Yes, it is the {second|blue|last} door on the {left|right}',
    'I am sorry, there is none here, but there is one {at the station|in the park}',
  ],
  [
    'Can I come in with a wheelchair?|Is there a lift?|Is there a ramp?|Can I bring a pram?',
    'Yes, there is a ramp beside the {front|side} door|Yes, the lift is {on the right|behind the stairs}',
    'I am sorry, there are only stairs, but I will carry it for you',
  ],
  [
    'Can I pay by card?|Do you take cards?|How can I pay?',
    'You can pay with coins or by card|Yes, we take cards',
    'Only with coins, please|I am sorry, we only take coins',
  ],
  [
    'Can I leave my bag here?|Where can I leave my coat?|Where can I put my bicycle?|Where can I leave my bicycle?',
    'Leave it by the wall, it is safe there|There are hooks beside the door|You can leave it in front of the house',
    'I am sorry, there is no room for it|Please keep it with you',
  ],
  [
    'Can I use a computer here?|Do you have the internet?|Is there a printer?|Can I print something?',
    'Yes, there {are [few] computers|is a computer} {upstairs|by the window|in the back room}|Yes, you can print a page for one coin',
    'I am sorry, we have no computers|No, but the {school|post office|library} has one',
  ],
]
const EVENTS = [
  'story hour',
  'concert',
  'singing lesson',
  'film evening',
  'chess club',
  'painting class',
  'puppet show',
  'reading group',
  'cooking class',
  'dance',
  'quiz',
  'tour',
  'sewing circle',
  'flower show',
  'talk about the sea',
  'boat race',
  'workshop',
  'tea party',
]
const PARTS = {
  eight: 'in the morning',
  nine: 'in the morning',
  ten: 'in the morning',
  eleven: 'in the morning',
  noon: '',
  one: 'in the afternoon',
  two: 'in the afternoon',
  three: 'in the afternoon',
  four: 'in the afternoon',
  five: 'in the afternoon',
  six: 'in the evening',
  seven: 'in the evening',
  eightpm: 'in the evening',
}

/**
 * The facts of one such place, as a scope for templates. `$` is not used: every value is a plain
 * string or an entity.
 */
export function counter(uniform) {
  const kind = choose(KINDS, uniform)
  const extra = choose(OF, uniform)
  const name = extra === '' ? kind.name : `${extra} ${kind.name}`
  const [x, y, z] = several(kind.offers, 3, uniform)
  const open = choose(['eight', 'nine', 'ten', 'eleven'], uniform)
  const close = choose(['four', 'five', 'six', 'seven', 'eight'], uniform)
  const [closed, late, eventDay] = several(days, 3, uniform)
  const rules = several(RULES, 3, uniform).map(([questions, yes, no]) => ({
    questions,
    answers: uniform() < 0.6 ? yes : no,
  }))
  return {
    c: { name, the: `the ${name}`, a: `a ${name}` },
    keeper: kind.keeper,
    verb: kind.verb,
    x,
    y,
    z,
    returns: kind.returns,
    open: uniform() < 0.6 ? `${open} o'clock` : open,
    openPart: PARTS[open],
    close: uniform() < 0.6 ? `${close} o'clock` : close,
    closePart: close === 'eight' ? 'in the evening' : PARTS[close],
    closed,
    late,
    lateHour: choose(['seven', 'eight', 'nine', 'ten'], uniform),
    where: choose(WHERE, uniform),
    max: choose(numbers.slice(1, 10), uniform),
    age: choose(['six', 'seven', 'eight', 'ten', 'twelve', 'fourteen'], uniform),
    stay: choose(
      [
        'one week',
        'two weeks',
        'three weeks',
        'four weeks',
        'a week',
        'a month',
        'one day',
        'two days',
        'until [closed]'.replace('[closed]', late),
      ],
      uniform,
    ),
    price: choose(
      ['one coin', 'two coins', 'three coins', 'five coins', 'nothing at all'],
      uniform,
    ),
    fine: choose(['one coin a day', 'two coins a week', 'one coin a week', 'nothing'], uniform),
    event: choose(EVENTS, uniform),
    eventDay,
    eventHour: choose(
      ['two', 'three', 'four', 'five', 'six', 'half past three', 'half past four', 'seven'],
      uniform,
    ),
    helper: choose(petNames, uniform),
    pets: choose(ANIMALS, uniform),
    rule1: rules[0],
    rule2: rules[1],
    rule3: rules[2],
    year: choose(tens, uniform),
  }
}

const WHATS = {
  buy: [
    'What do you sell?',
    'What can I buy here?',
    'What do you have today?',
    'What can one buy here?',
    'Which things do you sell?',
  ],
  see: [
    'What can I see here?',
    'What is there to see?',
    'What do you have here?',
    'What can we look at?',
  ],
  borrow: [
    'What can I borrow?',
    'What can I borrow here?',
    'What do you lend?',
    'Which things can I borrow?',
    'What may I take home?',
    'What is there to borrow?',
    'What sort of things do you lend?',
  ],
  hire: [
    'What can I hire here?',
    'What do you lend?',
    'Which things can I hire?',
    'What do you have for hire?',
  ],
  use: ['What can I use here?', 'What do you have here?'],
  watch: ['What can I watch here?', 'What is on today?', 'What do you show?'],
  get: ['What can I get here?', 'What do you have?', 'What do you offer?'],
  take: ['What can I learn here?', 'What do you teach?', 'Which lessons do you give?'],
  read: ['What can I read here?', 'What is there to read?', 'What do you have to read?'],
}

/**
 * Intents: questions and answers over the facts; `returns` marks those that only make sense where
 * things are lent.
 */
export const intents = [
  {
    ask: [
      'When do you open?',
      'When does [c.the] open?',
      'At what time do you open?',
      'What time does [c.the] open?',
      'At what time does [c.the] open?',
      'When can I come in the morning?',
      'From what time are you open?',
      'How early do you open?',
      'When do you open in the morning?',
    ],
    say: [
      'We open at [open] [openPart]',
      '[c.The] opens at [open]',
      'At [open] [openPart]',
      'It opens at [open] [openPart]',
      'We open at [open] on every day but [closed]',
      '[c.The] opens at [open] [openPart] and closes at [close]',
    ],
  },
  {
    ask: [
      'When do you close?',
      'When does [c.the] close?',
      'At what time do you close?',
      'What time does [c.the] close?',
      'How long are you open?',
      'Until when are you open?',
      'How late are you open?',
      'When do you shut?',
      'How long can I stay?',
    ],
    say: [
      'We close at [close] [closePart]',
      '[c.The] closes at [close]',
      'At [close], but on [late] at [lateHour]',
      'We are open until [close]',
      'It closes at [close] [closePart]',
      'You can stay until [close]',
    ],
  },
  {
    ask: [
      'What are your opening hours?',
      'When are you open?',
      'When can I come?',
      'When is [c.the] open?',
      'What are the opening hours of [c.the]?',
      'On which days are you open?',
      'When can I visit [c.the]?',
    ],
    say: [
      'We are open from [open] to [close], every day but [closed]',
      '[c.The] is open from [open] until [close]',
      'From [open] [openPart] until [close] [closePart]',
      'Every day from [open] to [close], but not on [closed]',
      'You can come between [open] and [close]',
    ],
  },
  {
    ask: [
      'Are you open on [closed]?',
      'Is [c.the] open on [closed]?',
      'Can I come on [closed]?',
      'Is it open on [closed]?',
      'Do you open on [closed]?',
      'On which day are you closed?',
      'When are you closed?',
      'Which day is [c.the] closed?',
    ],
    say: [
      'No, on [closed] we are closed',
      '[c.The] is closed on [closed]',
      'I am sorry, we are closed on [closed]',
      'No, [c.the] does not open on [closed]',
      'We are closed on [closed]',
      'No, on [closed] we rest',
    ],
  },
  {
    ask: [
      'Are you open on [late]?',
      'Is [c.the] open on [late]?',
      'Can I come on [late]?',
      'Do you open late on any day?',
      'Can I come in the evening?',
      'On which day are you open late?',
    ],
    say: [
      'Yes, on [late] we are open until [lateHour] in the evening',
      'On [late] [c.the] stays open until [lateHour]',
      'Yes, [late] is our long day, and we close at [lateHour]',
      'Come on [late], when we are open until [lateHour]',
    ],
  },
  {
    ask: [],
    say: [
      'You can [verb] [x], [y] and [z]',
      'We have [x], [y] and [z]',
      'Here you can [verb] [x] and [y], and [z] too',
      'There are [x], [y] and [z]',
      'You may [verb] [x], [y] or [z]',
      'We have [x] and [y], and even [z]',
    ],
    what: true,
  },
  {
    ask: [
      'Do you have [z]?',
      'Can I [verb] [z] here?',
      'Have you got [z]?',
      'Are there [z] here?',
      'Is it possible to [verb] [z]?',
    ],
    say: [
      'Yes, we have [z]',
      'Yes, you can [verb] [z] here',
      'Yes, of course, you can [verb] [z] and also [x]',
      'We have [z] and [y]',
      'Of course, the [z] are over there',
    ],
  },
  {
    ask: [
      'Where is [c.the]?',
      'Where can I find [c.the]?',
      'How do I get to [c.the]?',
      'Can you tell me the way to [c.the]?',
      'Where are you?',
      'What is the address of [c.the]?',
      'How do I find you?',
      'Where do I find [c.the]?',
    ],
    say: [
      '[c.The] is [where]',
      'It is [where]',
      'You find it [where]',
      'We are [where]',
      'You will find [c.the] [where]',
      'Go straight on, and you will see it [where]',
    ],
  },
  {
    ask: [
      'Who are you?',
      'What is your name?',
      'What are you called?',
      'May I ask who you are?',
      'Who am I talking to?',
      'What should I call you?',
      'Can you tell me your name?',
      'Do you have a name?',
    ],
    say: [
      'I am [k], the [keeper] of [c.the]',
      'My name is [k]',
      'I am [k], and I am the [keeper] here',
      'You can call me [k]',
      'I am called [k]',
      'I am the [keeper], and my name is [k]',
    ],
  },
  {
    ask: [
      'What do you do here?',
      'What is your work?',
      'What do you do all day?',
      'What is your job?',
      'Do you work here?',
      'What can you do for me?',
      'What are you?',
    ],
    say: [
      'I am the [keeper] of [c.the]',
      'I help people who come to [c.the]',
      'I work at [c.the] and answer questions',
      'I look after the [x] and the [y]',
      'I help everyone who wants to [verb] [x]',
      'I am the [keeper], so I look after everything here',
    ],
  },
  {
    ask: [
      'Can you help me?',
      'Could you help me, please?',
      'I need some help.',
      'I have a question.',
      'May I ask you something?',
      'Can I ask you a question?',
      'Will you help me?',
    ],
    say: [
      'Of course, what would you like to know?',
      'Yes, how can I help you?',
      'With pleasure, just ask',
      'Certainly, ask me anything about [c.the]',
      'Of course, I am happy to help',
      'Yes, that is what I am here for',
    ],
  },
  {
    ask: [
      'What does it cost?',
      'How much is it?',
      'How much does it cost?',
      'What is the price?',
      'Do I have to pay?',
      'Is it free?',
      'Does it cost anything?',
      'How much must I pay?',
      'Do I need money?',
    ],
    say: [
      'It costs [price]',
      'It is [price] for everyone',
      'You pay [price]',
      'It costs [price], and children pay nothing',
      'Only [price]',
      'For children it is free, and for you it is [price]',
    ],
  },
  {
    ask: [
      'How many [x] can I [verb]?',
      'How many may I take?',
      'How many things can I borrow?',
      'How many can I take home?',
      'How many [x] may I have?',
      'How many can I have at once?',
    ],
    say: [
      'You can take [max] at a time',
      'You may borrow [max] things at once',
      'You can [verb] up to [max] [x]',
      '[max.cap] at once, not more',
      'Everyone may take [max] things home',
    ],
    returns: true,
  },
  {
    ask: [
      'How long may I keep it?',
      'For how long can I borrow it?',
      'How long can I keep the [x]?',
      'When must I bring it back?',
      'When do I have to bring it back?',
      'How many days may I have it?',
      'How long can I have them?',
      'When should I return it?',
      'For how long may I keep the [x]?',
    ],
    say: [
      'You can keep it for [stay]',
      'You may keep the [x] for [stay]',
      'For [stay]',
      'Please bring it back after [stay]',
      'You can have it for [stay]',
      'You may have them for [stay], and longer if you ask',
    ],
    returns: true,
  },
  {
    ask: [
      'What happens if I am late?',
      'What if I bring it back late?',
      'What do I pay if I am late?',
      'Is there a fine?',
      'What if I forget the day?',
      'What does it cost to be late?',
    ],
    say: [
      'Then you pay [fine]',
      'If you are late, it costs [fine]',
      'Please tell us, and you will pay [fine]',
      'The fine is [fine]',
      'You pay [fine] if you are late',
    ],
    returns: true,
  },
  {
    ask: [
      'What if I lose it?',
      'What happens if I break it?',
      'What should I do if it gets lost?',
      'What if the [x] get wet?',
      'I have lost mine. What now?',
    ],
    say: [
      'Tell us, and we will find a way',
      'Then please bring us a new one',
      'Do not worry, just tell us',
      'Come to the desk and we will look for it together',
      'Then we will mend it together',
    ],
    returns: true,
  },
  {
    ask: [
      'Can I keep it a little longer?',
      'May I keep it for another week?',
      'Can I have more time?',
      'I need it for longer. Is that possible?',
      'Can I renew it?',
    ],
    say: [
      'Yes, if nobody else is waiting for it',
      'Of course, just tell us before the last day',
      'Yes, you can have it for one more week',
      'You can renew it once',
    ],
    returns: true,
  },
  {
    ask: [
      'Do I need a card?',
      'How do I get a card?',
      'Do I need a ticket?',
      'How can I join?',
      'How do I become a member?',
      'What do I need to bring?',
      'Where do I get a ticket?',
      'What do I need to [verb] [x]?',
    ],
    say: [
      'You need a card, and you get one at the desk',
      'Just tell us your name and where you live',
      'Ask at the desk, and you will get a card at once',
      'You only need a card with your name on it',
      'Write your name in the big book, and that is all',
      'You need a ticket, which costs [price]',
    ],
  },
  {
    ask: [
      'Where do I bring it back?',
      'Where can I return the [x]?',
      'Where should I put it?',
      'Where do I leave the [x]?',
      'Can I bring it back at night?',
    ],
    say: [
      'Put it into the box beside the door',
      'Bring it back to the desk',
      'Leave it on the table by the stairs',
      'There is a box at the front door, even at night',
      'Just give it to me',
    ],
    returns: true,
  },
  {
    ask: [
      'When is the [event]?',
      'On which day is the [event]?',
      'What time is the [event]?',
      'When does the [event] begin?',
      'Is there a [event]?',
      'When is the next [event]?',
      'What is on this week?',
      'What happens on [eventDay]?',
      'Is anything happening this week?',
    ],
    say: [
      'The [event] is on [eventDay] at [eventHour]',
      'It is every [eventDay] at [eventHour]',
      'There is [event.a] on [eventDay]',
      'It begins at [eventHour] on [eventDay]',
      'On [eventDay] at [eventHour] there is [event.a]',
      'We have [event.a] every [eventDay]',
    ],
  },
  {
    ask: [
      'Where are the [x]?',
      'Where can I find the [x]?',
      'Where do you keep the [x]?',
      'In which room are the [x]?',
      'Where are the [x], please?',
      'Can you show me the [x]?',
    ],
    say: [
      'The [x] are [spot]',
      'You will find them [spot]',
      'They are [spot]',
      'We keep the [x] [spot]',
      'Look [spot]',
      'The [x] are [spot], next to the [y]',
    ],
  },
  {
    ask: [
      'Hello!',
      'Good morning!',
      'Good afternoon!',
      'Hello there!',
      'Hi!',
      'Good day!',
      'Good evening!',
      'Hello, is anybody here?',
    ],
    say: [
      'Hello, how can I help you?',
      'Good day, welcome to [c.the]!',
      'Hello! What can I do for you?',
      'Welcome! Come in',
      'Hello and welcome',
      'Good day! How nice to see you',
    ],
  },
  {
    ask: [
      'How are you?',
      'How are you today?',
      'Are you well?',
      'How is it going?',
      'Is everything all right?',
      'How do you feel today?',
    ],
    say: [
      'I am very well, thank you',
      'Very well, thank you, and you?',
      'I am fine, thank you for asking',
      'I am a little tired, but happy',
      'All is well here, thank you',
      'I am well, because the sun is shining',
    ],
  },
  {
    ask: [
      'Thank you!',
      'Thank you very much!',
      'Many thanks!',
      'Thanks for your help!',
      'That was kind of you.',
      'You have helped me a lot.',
      'Thank you for your help!',
    ],
    say: [
      'You are welcome',
      'It was a pleasure',
      'You are very welcome, come again soon',
      'I am glad that I could help',
      'Not at all',
      'My pleasure',
    ],
  },
  {
    ask: [
      'Goodbye!',
      'Bye!',
      'See you soon!',
      'I must go now.',
      'I have to go home.',
      'Good night!',
      'Until next time!',
    ],
    say: [
      'Goodbye, and come again soon',
      'Goodbye! See you at [c.the]',
      'See you soon',
      'Have a lovely day',
      'Take care, and come back soon',
      'Goodbye, it was nice to see you',
    ],
  },
  {
    ask: [
      'What do you like best here?',
      'What is your favourite thing here?',
      'Which of the [x] do you like best?',
      'What do you like most?',
      'Can you show me something nice?',
      'What would you choose?',
      'What is good here?',
    ],
    say: [
      'I like the [x] best',
      'My favourite things are the [y]',
      'I like the [z] most of all',
      'I would choose the [x]',
      'Try the [y], everybody likes them',
    ],
  },
  {
    ask: [
      'How old is [c.the]?',
      'How long has [c.the] been here?',
      'When was [c.the] built?',
      'Is [c.the] very old?',
    ],
    say: [
      '[c.The] is more than [year] years old',
      'It was built [year] years ago',
      'It has been here for [year] years',
      'It is [year] years old',
    ],
  },
  {
    ask: [
      'Do you have a cat here?',
      'Whose cat is that?',
      'Who is sleeping on the chair?',
      'What is the name of your cat?',
      'Is there a pet here?',
      'What is the dog called?',
    ],
    say: [
      'That is [helper], the cat of [c.the]',
      'Our cat is called [helper]',
      '[helper] lives here and sleeps on the window seat',
      'The name is [helper], and everybody loves [helper]',
    ],
  },
  {
    ask: [
      'How can I call you?',
      'What is your telephone number?',
      'Can I write to you?',
      'How can I reach you?',
      'Can I send you a letter?',
      'Do you have a phone?',
    ],
    say: [
      'You can write a letter to [c.the]',
      'Call us between [open] and [close]',
      'Ring the bell or send us a letter',
      'Write to us, and we will answer in a day or two',
      'You can telephone every day but [closed]',
    ],
  },
  {
    ask: ['Do you live here?', 'Where do you live?', 'Where is your home?'],
    say: [
      'I live [where]',
      'Yes, I live upstairs',
      'I live in a little house [where]',
      'I live above [c.the]',
    ],
  },
  {
    ask: [
      'Are there many people today?',
      'When is it quiet here?',
      'When is the best time to come?',
      'Is it always so full?',
    ],
    say: [
      'It is quiet in the morning',
      'Come at [open], when it is quiet',
      'The best time is on [late] in the evening',
      'Most people come after lunch',
    ],
  },
  {
    ask: [
      'Can I help you here?',
      'Do you need help?',
      'Can I work here?',
      'Can I do something for you?',
      'Are you looking for helpers?',
    ],
    say: [
      'Yes, we need somebody on [eventDay]',
      'That is kind, you could put the [x] back in their place',
      'We are always glad of a helping hand',
      'Ask the [keeper], who will be glad',
    ],
  },
]

export const counterRules = {
  spot: [
    'on the left',
    'on the right',
    'by the window',
    'upstairs',
    'beside the stairs',
    'in the back room',
    'on the top shelf',
    'behind the desk',
    'in the cupboard',
    'on the second floor',
    'near the door',
    'under the stairs',
    'on the long table',
    'in the blue box',
    'in the basement',
    'on the first floor',
    'in the corner',
    'in the glass case',
  ],
}

/** Questions and answers that fit these facts: lists of templates to choose from. */
export function fitting(facts) {
  const plain = intents
    .filter(intent => facts.returns || intent.returns !== true)
    .map(intent => (intent.what === true ? { ask: WHATS[facts.verb], say: intent.say } : intent))
  const rules = [facts.rule1, facts.rule2, facts.rule3].map(({ questions, answers }) => ({
    ask: questions.split('|'),
    say: alternatives(answers),
  }))
  return [...plain, ...rules]
}

/** Splits at the `|` that stand outside braces. */
function alternatives(text) {
  return text.split(/\|(?![^{}]*\})/)
}

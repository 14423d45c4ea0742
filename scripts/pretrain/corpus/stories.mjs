/**
 * Plots. The scope holds the cast: children h, g, i; grown-ups k, l; workers j, w; animals a, b; a
 * pet (pet, with the name pn); places p, q and the outdoor place o. Each is one line of a title and
 * a text.
 */
const opening = `{One day|One morning|One [weather] day|On [day]|One [season] morning|It was a [weather] day in [month]. ^that day|Last [season]|Early one morning|One afternoon|Long ago|Once|A week ago|On a [weather] [day]}`
const day = `{It was a [weather] [day].|It was [season], and the day was [weather].|The sun was {shining|low|warm|bright}.|The sky was {grey|blue|clear|dark}.|It was {early|late} and the air was {cold|warm|fresh|still}.|The wind was {soft|strong|cold}.|}`

export const stories = [
  {
    titles: ['The Lost [t.cap]', 'Where is the [t]?', 'Who has seen the [t]?'],
    set: '[thing>t]',
    text: `${opening}[_][h] lost {[h.his] [t]|a [colour>c] [t]}. [h.He] {looked|searched} under the bed, behind the {door|curtain} and in every {pocket|box|corner}, but the [t] was not there. "{Have you seen my [t]?|Do you know where my [t] is?|Where did I leave my [t]?}" [h.he] asked [k]. "{No, I have not seen it|I am sorry, I do not know where it is|Perhaps you left it [q.at]}," said [k]. "{Where were you yesterday?|When did you have it last?|Where did you see it last?}" [h] thought {hard|for a while|about it}. "I was [p.at]," [h.he] said. So {they|[h] and [k]} went [p.to]. There {was [a.a]|was [j.a]|they met [j.a]}. "{Is this what you are looking for?|Is this your [t]?|Are you looking for a [t]?}" {asked [j.the]|said [j.the]}. {It was|There it was,} the [t]! "{Thank you very much|Thank you|Oh, thank you so much}," said [h]. {[h.He] held it tight all the way home.|From then on [h.he] always put it on the same shelf.|^that night the [t] lay safely beside [h.his] bed.|[h.He] gave [j.the] [treat.a] and went home.}`,
  },

  {
    titles: ['The Picnic', 'The Rainy Picnic', 'What shall we eat?'],
    text: `${opening}[_][h], [g] and [i] wanted to have a picnic [o.at]. They packed [food], [few] [treat>x.s] and a bottle of [drink]. ${day} {They walked|They ran|They went by [vehicle]} [o.to] and sat down under {a tree|an old oak|a big tree}. But {soon|after a while|just then} {dark clouds came|the wind began to blow|it began to rain}. "{What shall we do now?|Shall we go home?|We are getting wet!}" {asked|said} [g]. "{We can go to my house|Come with me|Let us run to the barn}," said [i]. "{It is warm and dry there|There is room for all of us}." So they {took|picked up} the basket and ran. Inside they {spread|put} the blanket on the floor and ate {everything|the [x.s]} there. "{This is the best picnic ever|It is the best picnic I have ever had}," said [h], and {the others agreed|everybody laughed}.`,
  },

  {
    titles: ['The [t.cap] Tree', 'The Little Seed', 'How long does it take?'],
    set: '{[plant>t]}',
    text: `${opening}[_][k] gave [h] a {little|small|tiny} [colour] seed. "{Put it in the ground and give it water every day|Plant it in good earth|If you look after it, it will grow}," said [k]. [h] {dug|made} a {little|small} hole in the garden and put the seed in it. Every {morning|evening} [h.he] {gave it water|looked at it|watered it}. {For [few] days|For a whole week} nothing happened. "{When will it grow?|How long does it take?|Is it still asleep?}" asked [h]. "{Be patient|You must wait|Good things take time}," said [k]. Then, {on [day]|one morning|after a warm rain}, a {little|small|tiny} green leaf came out of the ground. [h] {ran to tell [k]|danced around it|could hardly believe it}. {Week after week|Day by day|Slowly} it grew. In [season] it was a {fine|tall|lovely} [t], and {a [colour] bird sat in it|bees came to visit it|everyone who passed stopped to look at it}. {"I grew it myself," said [h] proudly.|[h] was proud of it.|[h] gave [g] a seed of [h.his] own to plant.}`,
  },

  {
    titles: ['The Cat in the Tree', '[pn] Comes Down', 'Who will help [pn]?'],
    text: `[h] had {a [colour]|a [adj]|a young} cat called [pn]. ${opening}[_][pn] climbed up a very tall tree {and could not come down|because a dog had barked at it|to look at a bird}. [pn] {cried and cried|sat on a thin branch and was afraid|meowed loudly}. "{How can we get it down?|What can we do?|Who can help us?}" {asked|said} [h]. [g] {called its name|held up a piece of fish|shook a box of biscuits}, but the cat did not move. Then [j.the] came by with a {long|tall} ladder. [j.He] {climbed up|put the ladder against the tree and climbed up} and {took the cat in [j.his] arms|brought the cat down}. "{Here is your cat|There you are|Your cat is safe now}," said [j.the]. {"Thank you for your help," said [h].|[h] thanked [j.him] [few] times.} {That evening|At home} [pn] drank a bowl of milk and {fell asleep|slept by the stove|never climbed that tree again}.`,
  },

  {
    titles: ['The Storm', 'A Light in the Night', 'The Lighthouse'],
    text: `[k] was the keeper of the lighthouse. Every {night|evening} at {six|seven|eight} o'clock [k.he] {lit the great lamp|climbed the stairs and lit the lamp}. ${opening}[_]a {big|terrible|great} storm came {from the [direction]|over the sea}. The waves were as high as houses and the rain {beat|fell} on the windows. {Suddenly|Just then} [k] {saw|noticed} a small {fishing boat|ship|boat} {near the rocks|far out at sea|in the waves}. "{They cannot see where they are going|They must turn now|They need our light}," said [k]. [k.He] {made the lamp as bright as [k.he] could|rang the bell again and again|turned the light towards the boat}. The {captain|sailors|fisherman} saw it and {turned the boat|steered past the rocks|found the way into the harbour}. {In the morning|The next day|When the storm was over} {the captain|the sailors} came {up the stairs|to the lighthouse} with a basket of [food] and {fresh fish|[few] [treat.s]}. "{You saved our lives|Without your light we would be lost|Thank you for the light}," they said. "{That is what a lighthouse is for|I only did my work|It was nothing}," said [k], {and smiled|but [k.he] was glad}.`,
  },

  {
    titles: ['A New Friend', 'The New [h.kind]', 'What is your name?'],
    text: `${opening}[_]a new [h.kind] came to the school. [h.He] {stood alone by the wall|sat alone at the back|did not know anybody} and felt {shy|lonely|a little afraid}. [g] {went over to [h.him]|sat down beside [h.him]|smiled at [h.him]}. "{Hello, what is your name?|Hello! Who are you?|Hello, I am [g]. What are you called?}" asked [g]. "{My name is [h]|I am [h]|I am called [h]}," said the new [h.kind]. "{Where do you come from?|Where do you live?|Where did you live before?}" asked [g]. "{I come from {the island|the mountains|a big city|a village in the [direction]}|We lived in a town in the [direction]|I live beside the [p.bare] now}," said [h]. "{Do you like [subject]?|What do you like to do?|What do you like best?}" "{I like [subject>s] very much|I love [subject>s]|I like to read about [subject>s]}," said [h]. "{So do I!|Me too!|That is what I like too!}" {cried|said} [g]. They {talked about [s]|played together} until the bell rang. {After that they were friends.|From that day on they were always together.|When [h] went home, [h.he] told everybody, "I have a friend."}`,
  },

  {
    titles: ['The Broken [t.cap]', 'Who can mend the [t]?', 'Can it be mended?'],
    set: '[item>t]',
    text: `${opening}[_][h] {dropped|knocked over|broke} [k]'s [adj] [t]. {[h.He] was {afraid|ashamed|very sorry} and hid it behind a curtain.|It fell on the floor with a loud noise.|Nobody had seen it.} {Later|In the evening} [k] asked, "{Who broke my [t]?|Do you know what happened to my [t]?|What happened to the [t]?}" [h] {looked at the floor|turned red|was quiet for a moment}. "{I did it|It was me|I broke it}," [h.he] said. "{I am very sorry|It was an accident|I did not mean to do it}." [k] {was not angry|took [h.his] hand|nodded slowly}. "{Thank you for telling me the truth|I am glad that you told me|It is good that you are honest}," said [k]. "{We will mend it together|We can take it to [j.the]|Let us see if [j.the] can help us}." So they {took|carried} it to [j.the], who looked at it {carefully|for a long time}. "{I can mend it by [day]|It will be ready on [day]|That is easy to mend}," said [j.the]. {And on [day] the [t] was as good as new.|When it came back, it was better than before.|It cost only [few] coins.}`,
  },

  {
    titles: ['The Night Noise', 'What was that?', 'The Noise in the Attic'],
    text: `${opening}[_][h] could not sleep. {There was a noise|Something made a strange noise} {in the attic|outside the window|under the floor|behind the door}. {Tap, tap, tap.|Scratch, scratch, scratch.|Bump, bump, bump.} "{What is that?|Did you hear that?|Who is there?}" {asked [h]|whispered [h]}. [g] {woke up|sat up in bed} and listened too. "{Maybe it is a ghost|Perhaps it is a thief|I think it is the wind}," said [g]. They {took|lit} a {candle|lantern|torch} and went to look. {The stairs were dark and cold.|Their hearts beat fast.|They held each other's hands.} [h] {slowly|carefully} opened the door. And there sat [a.a]! {It|The [a]} was {looking for [a.food]|cold and hungry|more afraid than they were}. They {began to laugh|laughed so loudly that [k] woke up|were not afraid any more}. {They gave it some [a.food] and went back to bed.|[h] opened the window and let it out.|In the morning it was gone.}`,
  },

  {
    titles: ['The Birthday', 'The Birthday Present', 'How old are you?'],
    text: `{Today|On [day]|Tomorrow} was [h]'s birthday. [h.He] was [few>n] years old {now|that day|at last}. [k] baked a {big|round|chocolate|lemon} cake with [n] candles, and [g] brought a {small|big|long} box with a [colour] ribbon. "{Happy birthday, [h]!|Happy birthday! This is for you.|Guess what is in the box!}" said [g]. "{Is it a [toy]?|Is it [toy.a]?|May I open it?}" asked [h]. "{Open it and see|No, look inside|You must guess first}," said [g]. [h] {took off the ribbon|opened the box} {slowly|quickly|with care}. Inside was [thingy>t.a]. "{It is just what I wanted!|How lovely!|I always wanted [t.a]!}" cried [h]. {They all ate cake and sang songs until it was dark.|Then they played games in the garden all afternoon.|[h] blew out all [n] candles and made a wish.} {It was a wonderful day.|It was the best birthday of all.|In the evening everyone was tired and happy.}`,
  },

  {
    titles: ['The Race', 'The [a.cap] and the [b.cap]', 'Who is the fastest?'],
    text: `{Once|One day|Long ago} there {was [a.a] who was very proud|lived a proud [a]}. "{I am the fastest of all|Nobody can run as fast as I can|I always win}," said the [a]. The [b] {heard this|was tired of hearing this}. "{Let us have a race|I will race you to the [o.bare]|Shall we see who is the first at the [o.bare]?}," said the [b]. {All the animals|The other animals} came to watch. {Ready, steady, go!|The owl counted to three.} The [a] ran {far ahead|away like the wind}. "{I have time|The [b] is so slow|I can rest a little}," thought the [a], and {lay down under a tree|stopped to eat some [a.food]|fell asleep in the sun}. But the [b] {went on and on|did not stop|walked step by step}. When the [a] woke up, the [b] was {already there|at the [o.bare]}. "{How did you do that?|How can that be?}" asked the [a]. "{I did not stop|Slow and steady wins the race|I just kept going}," said the [b]. {From that day on the [a] was not so proud.|The [a] never laughed at the [b] again.|After that the two were good friends.}`,
  },

  {
    titles: ['The [a.cap] Who Helped', 'A Friend in Need', 'Why did you help me?'],
    text: `{One day|In [season]|One [weather] morning} {a little|a young|an old} [a] was {stuck in a net|caught in a fence|lying in a deep hole|lost in the snow}. "{Please help me!|Help! I cannot get out!|Who can help me?}" cried the [a]. {The [b] heard it first.|[b.A] was passing by.} "{Why should I help you?|Do not be afraid|I will help you}," said the [b]. The [b] {pulled and pulled|worked all morning|fetched a long branch} until the [a] was free. "{Thank you|I will never forget this|One day I will help you too}," said the [a]. {[few.cap] days|A week|A month} later the [b] {fell into the river|could not find anything to eat|had hurt its foot}. {The [a] remembered.|The [a] came at once.} It {brought [b.food]|held out a branch|stayed with the [b] all night}, and {soon|before long} all was well. "{Why did you help me?|You came!|You did not forget me}," said the [b]. "{Because you helped me|That is what friends do|Because you are my friend}," said the [a].`,
  },

  {
    titles: ['At the Market', 'Market Day', 'How much is it?'],
    text: `{On [day]|On market day|Every [day]} [h] {went to the market|helped [k] at the market}. There were {people everywhere|many people}, and it smelled of [food] and [food]. [h] wanted to buy [treat>x.a] and some [food>f]. "{How much is the [f]?|What does the [f] cost?|How much do you want for the [f]?}" [h.he] asked [j.the]. "{It costs|It is|That is} [few>n] coins," said [j.the]. "{And how much is one [x]?|And the [x.s]?|What do the [x.s] cost?}" "{Two coins each|One coin each|They are three for [few] coins}," said [j.the]. [h] {counted [h.his] money|looked into [h.his] purse}. [h.He] had {only [few]|exactly [few]|just [number]} coins. "{I will take the [f]|I would like the [f], please|Then I will have some [f]}," said [h]. [j.The] {smiled|laughed} and {gave [h.him] [x.a] too|put [x.a] in [h.his] basket as well}. "{This one is a present|That is for you because you are so polite|Come again next week}," [j.he] said. [h] {walked home happily|thanked [j.him] and ran home|ate it on the way home}.`,
  },

  {
    titles: ['The Late Ferry', 'Waiting for the Ferry', 'When does the ferry leave?'],
    text: `[h] and [k] stood at the harbour with {two big bags|[few] suitcases|a heavy basket}. They wanted to go to the island. "{When does the ferry leave?|At what time does the ferry go?|When does the next ferry leave?}" [k] asked {a sailor|the man in the ticket office|the captain}. "{It leaves at [clock>c]|The next one goes at [clock>c]|At [clock>c], if the weather is good}," {he said|was the answer}. They {sat down on a bench|waited and ate [few] [treat.s]|looked at the boats}. But at [c] there was no ferry. {The fog was very thick.|The wind was too strong.|The sea was too rough.} "{Will it come today?|How long must we wait?|Is the ferry late?}" asked [h]. "{Be patient, it will come|It is only a little late|It will be here in [tens] minutes}," said the sailor. At last they heard a {deep|long} horn. {The white ferry came out of the fog.|There it was!|A light came nearer and nearer.} {[h] waved with both hands.|[h] was the first to go on board.} {That evening they slept on the island.|They reached the island just before dark.|On the island [l] was waiting for them with hot soup.}`,
  },

  {
    titles: ['The Sick Friend', 'Soup for [g]', 'How are you today?'],
    text: `[g] was ill and had to stay in bed. [h] {heard about it at school|missed [g.him] very much|wanted to do something kind}. {So [h.he] cooked a pot of soup with [k].|So [h.he] took [few] [treat.s] and a book and went to see [g.him].} "{How are you today?|How are you?|How do you feel?}" asked [h]. "{I am a little better, thank you|Not so well|My head hurts and I am bored|I am better, but I am still tired}," said [g]. "{I have brought you something|Here is some warm soup|I will read you a story}," said [h]. [g] {sat up and smiled|ate all of it|listened with closed eyes}. "{That was very kind of you|You are a good friend|Now I feel much better}," [g.he] said. {[few.cap] days later|On [day]} [g] {was well again|came back to school}, and the two {went [o.to]|played together [o.at]|laughed about it}.`,
  },

  {
    titles: ['The Snow', 'The Snowman', 'Who made the snowman?'],
    text: `{In the night|While everyone slept} it had snowed. {When [h] looked out of the window, everything was white.|The roofs, the trees and the [p.bare] were white.} "{Look, it has snowed!|Come and see the snow!|Can we go out?}" cried [h]. [h] and [g] put on {their|warm} coats, scarves and gloves and ran outside. They {made|built} a {big|fat|tall} snowman with a carrot for a nose and [few] {stones|buttons} for a mouth. "{What shall we call him?|What is his name?|He needs a name}," said [g]. "{Let us call him [boy>n]|His name is [boy>n]|I think he looks like [boy>n]}," said [h]. [k] gave them {an old|a [colour]} hat for him. {All day|Until it was dark} they played in the snow. Their {hands|feet|noses} were cold, so [k] made them hot chocolate. {After [few] days|When the sun came back} the snowman {melted|was gone}, and only the hat {was left|lay on the grass}. "{Goodbye, [n]|He will come back next winter|See you next year}," said [h].`,
  },

  {
    titles: ['The Library Book', 'The Book Comes Back', 'What is the book about?'],
    text: `[h] loved books about [subject>s]. {On [day]|After school} [h.he] went to the library {with [k]|alone|with [g]}. "{Have you got a book about [s]?|Where can I find books about [s]?|I am looking for a book about [s]}," [h.he] said to the librarian. "{They are on the {top|second|lowest} shelf|Look on the shelf beside the window|Yes, we have [few] of them}," said the librarian. [h] {took down|chose} a {thick|thin|heavy} [colour] book. "{How long may I keep it?|When must I bring it back?|For how long can I borrow it?}" [h.he] asked. "{You may keep it for [few>n] weeks|Please bring it back in [few>n] weeks|For [few>n] weeks}," said the librarian. At home [h] read {every evening|all night|page after page}. {But then the book was gone.|One day it rained on the book.|[n.cap] weeks went by, and [h] forgot the day.} {"I am sorry, I am late," said [h] at the library.|[h] found it under the bed and ran to the library.} "{Never mind|It can happen to anyone|That is all right}," said the librarian. "{Did you like it?|Was it a good book?}" "{I liked it very much|It was wonderful|It was the best book in the world}," said [h]. {And [h.he] borrowed another one.|So [h.he] took home [few] more.}`,
  },

  {
    titles: ['The Shared [t.cap]', 'Two Children and One [t.cap]', 'Whose turn is it?'],
    set: '[toy>t]',
    text: `[h] and [g] had only one [t]. "{It is mine|I want it now|I had it first}," said [h]. "{No, it is my turn|You had it yesterday|Give it to me}," said [g]. They pulled {at it|from both sides} until {it nearly broke|it fell into the mud|both of them cried}. [k] {came in|heard the noise}. "{What is the matter?|Why are you fighting?|What is going on here?}" asked [k]. {They both talked at once.|Nobody said a word.} "{You can share it|Take turns|Play with it together}," said [k]. "{First [h], then [g]|[g] has it until noon, and then [h]|One of you throws and one of you catches}." They {tried it|thought about it}. {It was much more fun.|And it worked.|To play together was better than to play alone.} {In the end they did not remember whose [t] it was.|After that they always shared.|"I am sorry," said [h]. "So am I," said [g].}`,
  },

  {
    titles: ['The Letter', 'A Letter from Far Away', 'Who wrote the letter?'],
    text: `${opening}[_]the postman brought a letter for [h]. It had a {strange|pretty|[colour]} stamp on it. "{Who is it from?|Where does it come from?|Who wrote it?}" asked [g]. [h] opened it {carefully|at once} and read aloud. "{Dear [h], how are you?|Dear [h], I hope that you are well.} {I am on a ship now.|I live on an island now.|I work in a big city now.} {It is very hot here and there are [colour] birds in the trees.|Every day I eat [food] and [treat.s].|From my window I can see the sea.} {I will come home in [month].|When I come back, I will bring you [thingy.a].|Write to me soon.} {Your [l]|With love, [l]|Many greetings from [l]}." [h] {read it [few] times|put it under [h.his] pillow|showed it to everyone}. {Then|The next day|That evening} [h.he] took a pen and paper and wrote back: "{Dear [l], thank you for your letter.|Dear [l], I was so glad to hear from you.} {Here it is [weather].|We are all well.|[pn] is well and sends you a bark.} {Please come home soon.|I miss you.|When are you coming home?}"`,
  },

  {
    titles: ['The Music', 'The [t.cap] Player', 'Can you play a song?'],
    set: '[instrument>t]',
    text: `{An old musician|A young musician|A singer} {played the [t]|sat with [h.his] [t]} {in the town square|at the market|under the bridge|at the harbour} every [day]. {Most people walked past.|Nobody stopped to listen.} But [h] {stopped|sat down on the ground} and listened. "{Can you play a happy song?|Can you play a song for me?|What is that song called?}" asked [h]. "{Of course|With pleasure}," said the musician, and {played|began} a {quick|slow|merry|soft} song about {the sea|a [colour] bird|the moon|a long road home}. [h] began to {dance|sing|clap}. {Then [g] came, and [i], and [k].|More and more people came.} Soon {the whole square was dancing|everybody was singing|all the people were smiling}. "{You have made me happy|Will you teach me?|How did you learn to play so well?}" said [h]. "{I practised every day|Come tomorrow, and I will teach you|It is easy when you love it}," said the musician.`,
  },

  {
    titles: ['The Fishing Trip', 'The Big Fish', 'Did you catch anything?'],
    text: `[k] and [h] {got up|rose} before the sun and went {fishing|out to fish}. They took {a rod, a net and a bucket|[food>f], [drink] and two rods} and rowed out on the {lake|sea|river}. {The water was as smooth as glass.|It was quiet, and mist lay on the water.} They waited for {one hour|two hours|a long time}. "{Why do the fish not come?|Are there any fish here?|How long must we wait?}" asked [h]. "{You must be quiet|They are still asleep|Wait a little longer}," said [k]. {Suddenly|All at once} the rod {bent|moved}. "{I have one!|It is a big one!|Help me!}" cried [h]. They pulled {together|with all their strength}. It was {a huge silver fish|an old boot|a tiny fish|a rusty kettle}! {They both laughed.|"It is too small. We must let it go," said [k].|"What a surprise!" said [k].} {At noon they rowed home.|On the way home they sang.} "{Did you catch anything?|How many did you catch?}" asked [l]. "{Only a good story|One, and it was very big|[few.cap] fish and a cold}," said [h].`,
  },

  {
    titles: ['The Kite', 'High in the Sky', 'Is the wind strong enough?'],
    text: `[h] had made a [colour>c] kite out of paper and {thin wood|string}. "{Is there enough wind today?|Is the wind strong enough?|Will it fly?}" asked [g]. "{I think so|Let us try|There is always wind on the hill}," said [h]. They ran up the hill. The kite {rose higher and higher|climbed into the sky}, until it was {as small as a bird|only a [c] dot}. Then the string {broke|slipped out of [h.his] hand}. The kite {flew over the [p.bare]|sailed away over the roofs|was gone}. [h] {was very sad|began to cry|ran after it}. {They asked everyone they met.|They looked for it until evening.} "{Have you seen a [c] kite?|Did a kite fly this way?}" they asked [j.the]. "{Yes, it came down {[q.at]|in the big tree|on my roof}|Look up|I saw it a moment ago}," said [j.the]. There it {hung|was}, {a little torn but still pretty|not broken at all}. {[h] tied a stronger string to it.|[g] mended it with glue and paper.} {The next day it flew again.|Now it hangs above [h]'s bed.}`,
  },

  {
    titles: ['The Lesson', 'At School', 'Who knows the answer?'],
    text: `In the {morning|first lesson} the teacher {stood in front of the class|wrote on the blackboard}. "{How many days are there in a week?|Which day comes after Sunday?|What is two and three?|How many legs has a spider?|How many months are there in a year?}" {the teacher asked|asked the teacher}. [h] {put up [h.his] hand|knew the answer|thought hard}. {But [g] was quicker.|The class was quiet.} "{Does anybody know?|Who knows the answer?|[h], do you know?}" asked the teacher. {[h] stood up and said it aloud.|"I think I know," said [h].|[h] counted on [h.his] fingers.} "{That is right|Very good|Well done}," said the teacher. {Then they drew pictures of [subject].|After that they read a story about [subject].|Next they sang a song.} At noon the bell rang and {the children ran into the yard|everybody ate [food]}. "{What did you learn today?|How was school today?}" asked [k] {at home|in the evening}. "{A lot|We learned about [subject]|I learned to count to a hundred}," said [h].`,
  },

  {
    titles: ['The Map', 'The Treasure', 'Where does the map lead?'],
    text: `In {the attic|an old book|a bottle on the beach} [h] and [g] found {a|an old|a yellow} map. There was a [colour] cross on it. "{What does it mean?|Where does it lead?|Is it a treasure map?}" asked [g]. "{Let us follow it|We must go [o.to] first|I think it is near the [p.bare]}," said [h]. They walked [number] steps to the [direction] and [number] steps to the [direction]. {Then they came to a big stone.|There stood an old tree with a hole in it.} They {began to dig|dug with a spade|put a hand into the hole}. {After an hour|At last} they {hit something hard|found a box}. It was {a rusty box|a wooden chest}. Inside there {was no gold|were no jewels}, but {[thingy.a], [thingy.a] and a letter|a letter and [few] old coins}. The letter said: "{Whoever finds this is my friend|I was a child here a hundred years ago|The real treasure is the way you came}." {They put in [thing.a] of their own and closed the box again.|They took it home and showed it to [k].} {Perhaps someone will find it one day.|It was better than gold.}`,
  },

  {
    titles: ['The Talking [t.cap]', 'The [t.cap] That Could Speak', 'Who are you?'],
    set: '[item>t]',
    text: `{In the window of an old shop stood|On a shelf in [k]'s house stood|[h] found} [adj>d.a] [t]. {When [h] touched it|When [h] cleaned it|One night}, it {began to speak|said, "Good evening"}. "{Who are you?|What are you?|Can you talk?}" asked [h] {in surprise|with big eyes}. "{I am [pn], the [t] of the {harbour|village|old house|sea captain}|My name is [pn]|I am called [pn], and I have lived here for a hundred years}," said the [t]. "{What can you do?|Can you help me?|What do you do all day?}" asked [h]. "{I can tell you stories|I know the way to every house|I can answer questions|I help people who have lost their way}," said the [t]. {So [h] asked one question after another.|From then on [h] told it everything.} {The [t] always had an answer.|It knew a great deal about [subject] and [subject].} "{How do you know all this?|Are you never tired?|Why are you so wise?}" "{I have time to listen|I have seen many people come and go|I am only [t.a], but I listen well}," said the [t].`,
  },

  {
    titles: ['The Long Way Home', 'Lost', 'How do I get home?'],
    text: `{A little|A young} [a] had {gone too far|lost its way} and was now alone [o.at]. {It was getting dark.|The sun was going down.} "{How do I get home?|Which way is my home?|Can you tell me the way?}" it asked the [b]. "{Go straight on and then turn left at the {bridge|big stone|old tree}|Follow the river until you come to the [p.bare]|I do not know, but ask the owl}," said the [b]. The little [a] {walked and walked|ran as fast as it could|went on}. It met [j.a]. "{Where are you going, little one?|Are you lost?|Why are you out so late?}" asked [j.the]. "{I am looking for my mother|I want to go home|I am looking for my {[a.home]|home}}," said the [a]. {[j.The] took the lantern and went with it.|"Come with me," said [j.the]. "I know the way."} {Soon|At last} they {saw|came to} the [a.home]. {Its mother was waiting at the door.|"There you are!" cried its mother.} {The little [a] never went so far again.|That night it slept very well.}`,
  },

  {
    titles: ['The Bakery', 'The First Bread', 'Is the bread ready?'],
    text: `[k] was a baker. [k.He] {got up at {three|four|five} o'clock|rose when everyone was asleep} and made the dough. [h] {wanted to help|came to help on [day]}. "{What shall I do?|Can I help you?|What can I do?}" asked [h]. "{You can stir the dough|You may put the [treat.s] on the tray|First wash your hands}," said [k]. They took flour, water, {salt|butter|honey} and [few] eggs. Then they {put the loaves into the oven|waited until the dough had risen}. {It smelled wonderful.|The whole street smelled of bread.} "{Is it ready?|When will it be ready?|How long does it take?}" asked [h]. "{It takes [tens] minutes|In half an hour|When it is golden brown, it is ready}," said [k]. At {six|seven|eight} o'clock they opened the door, and the {first people|customers} came in. "{Two loaves, please|Good morning! What have you got today?|I would like [few] buns}," said [l]. {By noon everything was sold.|[h] was proud of every loaf.} {In the evening [h] fell asleep at once.|"Come again next week," said [k].}`,
  },

  {
    titles: ['Moving House', 'The New House', 'Which room is mine?'],
    text: `[h]'s family moved to a {new|[adj]|[colour]} house beside [p.the]. {A van brought their things.|Everything was in boxes.} "{Which room is mine?|Where will I sleep?|Which is my room?}" asked [h]. "{The one with the round window|The little one under the roof|You may choose}," said [k]. [h] {ran upstairs|looked into every room}. {In the kitchen there was a big stove, and in the hall hung a mirror.|There were [few] rooms and a garden with [plant.a].} At first [h] {was sad|felt lonely}, because [h.his] friends were far away. But then somebody knocked at the door. It was [g] from next door with {a plate of [treat.s]|a jar of jam|a basket of apples}. "{Welcome!|Hello, we are neighbours now.|Do you want to see [o.the]?}" said [g]. {The two ran off together.|They ate them all on the stairs.} {In the evening the house felt like home.|"I like it here," said [h] that night.}`,
  },

  {
    titles: ['The Clever [a.cap]', 'The [a.cap] and the Cheese', 'Who is cleverer?'],
    text: `{A hungry|An old|A clever} [a] saw [b.a] with a {big piece of [food]|basket of [treat.s]}. "{What have you got there?|That smells good. What is it?|Will you give me some?}" asked the [a]. "{It is mine|I found it [o.at]|You cannot have it}," said the [b]. The [a] {thought for a moment|had an idea}. "{Can you sing?|Everybody says that you sing so well|Do you know that there is much more [p.at]?}" said the [a]. {The [b] was proud and put down its food to answer.|The [b] turned around to look.} {Quick as the wind, the [a] took it and ran.|At once the food was gone.} The [b] was {angry|sad}, but then {it had to laugh|it learned something}. "{Next time I will be more careful|I should have shared it|A friend would have got half of it}," it said. {The [a] felt sorry and came back with half of it.|And the [a] ate until it was full.} {They sat down and ate together.|From then on the [b] kept its food safe.}`,
  },

  {
    titles: ['The Bridge', 'The Flood', 'How can we cross the river?'],
    text: `After {[few] days of rain|the long rain} the river {was high and wild|had carried away the bridge}. The people of the village could not {go to the market|cross it|reach the other side}. "{How can we get to the other side?|What shall we do?|Who can build a new bridge?}" {they asked|everyone asked}. {Some said this and some said that.|Nobody knew what to do.} "{I have wood|I have a strong rope|I can bring nails and a saw}," said [j.the]. "{And I can cook for everybody|We can carry stones|I know how to build}," said [k]. So everyone {helped|did what they could}: {the strong carried the beams, and the children brought the nails|[h] carried water, and [g] held the ladder}. They worked for [few] days. {On [day]|In the end} the bridge was ready. {It was stronger than the old one.|The first to cross it was an old woman with a [a].} "{Together it was easy|Nobody could have done it alone|Many hands make light work}," said [k].`,
  },

  {
    titles: ['The Wish', 'Three Wishes', 'What do you wish for?'],
    text: `{Under a stone|In a bottle|At the bottom of a well} [h] found a {tiny|strange} {man|woman|creature} with a [colour] hat. "{You have set me free|You have been kind to me}, so you may have {three wishes|one wish}," {it said|said the little one}. "{What do you wish for?|What do you want most?}" [h] {thought and thought|did not know what to say}. {A palace? A horse? A ship?|A bag of gold? A castle? A [colour] coat?} Then [h.he] thought of [k], who was {ill|sad|old and alone}. "{I wish that [k] may be happy|I want [k] to be well again|I wish for a friend for [k]}," said [h]. {The little one smiled.|"That is a good wish," said the little one.} When [h] came home, [k] {was singing in the kitchen|stood at the door and laughed|was {well|happy} again}. "{What happened?|Why are you so happy?}" asked [h]. "{I do not know|Somebody must have wished it|It is such a lovely day}," said [k]. {And [h] never told anybody.|[h] only smiled.}`,
  },

  {
    titles: ['The Dog at the Gate', 'A Home for [pn]', 'Whose dog is this?'],
    text: `{One evening|On a [weather] day} a {thin|small|wet|[colour]} dog sat at the gate. "{Whose dog is this?|Where do you come from?|Are you lost?}" asked [h]. The dog only {looked at [h.him]|wagged its tail}. [h] gave it {water and some meat|a blanket and a bone}. "{May we keep it?|Can it stay with us?|Please, can we keep it?}" [h.he] asked [k]. "{First we must ask if someone has lost it|Only if nobody is looking for it|It may stay for tonight}," said [k]. They {asked all the neighbours|put up a poster [p.at]|waited for [few] days}. {Nobody came.|Nobody knew the dog.} "{Then it is our dog now|Then it may stay|Now it needs a name}," said [k]. "{I will call it [pn]|Its name is [pn]|[pn]!}" said [h]. {[pn] barked as if it knew its name.|From then on [pn] slept at the foot of [h]'s bed.|And [pn] never left [h]'s side again.}`,
  },

  {
    titles: ['The Play', 'On the Stage', 'Who will be the king?'],
    text: `The children of the school wanted to put on a play about {a king and a dragon|a lost princess|[subject]|a ship in a storm}. "{Who will be the king?|Who wants to be the captain?|Which part do you want?}" asked the teacher. {Everyone put up a hand.|[g] wanted to be the dragon.} [h] was {shy|afraid} and {said nothing|wanted to be a tree}. But on the day of the play [g] {was ill|had lost [g.his] voice}. "{Who knows the words?|What shall we do now?|Can anyone help?}" {asked|cried} the teacher. "{I know them all|I think I can do it|I have heard them so often}," said [h] quietly. {[h] put on the [colour] costume.|The curtain went up.} At first [h.his] {knees shook|voice was very small}, but then {the words came by themselves|[h.he] forgot that people were watching}. At the end everybody {clapped|stood up and clapped}. "{You were wonderful|I did not know that you could do that|That was brave}," said [k]. {[h] bowed [few] times.|"I am not shy when I am a king," said [h].}`,
  },

  {
    titles: ['The Old Boat', 'A Boat Called [girl>bn]', 'Will it float?'],
    text: `An old boat had {lain|been} on the beach for [number] years. {Its paint was gone and grass grew in it.|There was a hole in its side.} "{Whose boat is it?|Will it ever sail again?|Can we mend it?}" asked [h]. "{It was my father's boat|You may have it if you can mend it|It only needs a little work}," said [k]. So {every day after school|all [season]} [h], [g] and [k] worked on it. They {closed the hole with wood and tar|put in new planks}, {painted it [colour] and white|sewed a [colour] sail}, and wrote {the name|its name} on the side in [colour] letters. {On [day]|In [month]} they pushed it into the water. "{Will it float?|Is it safe?}" asked [g]. {Everyone held their breath.|For a moment nobody spoke.} {The boat rocked, turned and floated.|It sat on the waves like a gull.} "{It floats!|It works!|Come aboard!}" cried [h]. {They sailed around the island and came back at sunset.|From then on they went out in it every [day].}`,
  },

  {
    titles: ['The Star', 'The Night Sky', 'How many stars are there?'],
    text: `{It was a clear night|One clear night in [season]}. [h] and [k] lay {on the grass|on the roof|on a blanket} and looked {up|at the sky}. "{How many stars are there?|How far away are the stars?|Why do the stars shine?}" asked [h]. "{More than anyone can count|Very, very far|Nobody knows exactly}," said [k]. "{Which one is the brightest?|What is that bright one called?|What is that one over there?}" "{That one shows the sailors the way|It is always in the north|I do not know its name}," said [k]. "{You may give it a name|It belongs to everybody}." [h] {thought for a while|looked at it for a long time}. "{Then I call it [pn]|I want to go there one day|I think it is looking at us}," [h.he] said. {A star fell, and they both made a wish.|Somewhere an owl called.} {Soon [h] was asleep, and [k] carried [h.him] in.|They stayed until they were cold, and then they went in.}`,
  },

  {
    titles: ['[h] Learns to Swim', 'Learning to Ride', 'Can you do it?'],
    set: '{[swim>t]}',
    text: `All the other children could [t], but [h] could not. [h.He] was afraid. {"It is too hard," [h.he] said.|"I will never learn it," said [h].} "{I will show you how|Everybody has to learn it|It is not as hard as you think}," said [k]. {On [day]|Every evening} they went {out together|to try it}. The first time [h] {cried|gave up after [few] minutes|got it all wrong}. The second time it was {a little better|not so bad}. "{Try again|Do not give up|Once more}," said [k]. [h] tried {again and again|[number] times}. {And then, suddenly, it worked!|On the [few] day it went well.} "{Look, I can do it!|Did you see that?|I can [t]!}" cried [h]. "{I knew that you could|Well done|You did it all by yourself}," said [k]. {Now [h] is teaching [g].|[h] could not wait to show [g].|After that [h] was never afraid of it again.}`,
  },
]

/** Rules that only these plots use. */
export const storyRules = {
  swim: [
    'swim',
    'ride a bicycle',
    'skate',
    'whistle',
    'row a boat',
    'climb the rope',
    'play the flute',
    'tie a knot',
    'ride a horse',
    'jump into the water',
  ],
  _: [' ', ', '],
}

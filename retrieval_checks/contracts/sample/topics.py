"""Twelve passages that have nothing in common, each with a question and a near copy."""

from typing import NamedTuple

from retrieval_checks.data.collection import Corpus, Queries


class Topic(NamedTuple):
    """A passage, a question that it alone answers, and the passage in slightly other words."""

    name: str
    question: str
    passage: str
    near_copy: str


_TOPICS = (
    Topic(
        "volcano",
        "Why do some volcanoes erupt explosively?",
        "Magma that is rich in silica is too stiff for its dissolved gas to escape. When such"
        " magma rises, the pressure on it falls, the gas expands all at once and the volcano"
        " erupts explosively, throwing ash many kilometres into the sky.",
        "Magma that is rich in silica is too thick for its dissolved gas to escape. When such"
        " magma climbs, the pressure on it drops, the gas expands all at once and the volcano"
        " erupts explosively, hurling ash many kilometres into the sky.",
    ),
    Topic(
        "bread",
        "How does yeast make bread dough rise?",
        "Yeast feeds on the sugars in bread dough and gives off carbon dioxide. Kneading has"
        " stretched the gluten into a net that holds these bubbles, so the dough rises until the"
        " heat of the oven sets the crumb.",
        "Yeast feeds on the sugars in bread dough and releases carbon dioxide. Kneading has"
        " stretched the gluten into a mesh that traps these bubbles, so the dough rises until the"
        " heat of the oven fixes the crumb.",
    ),
    Topic(
        "bees",
        "How do honeybees tell each other where flowers are?",
        "A honeybee that has found flowers dances on the comb when she comes home. The angle of"
        " her waggle run shows the direction against the sun, and its duration tells the other"
        " bees how far they must fly.",
        "A honeybee that has found flowers dances on the comb when she returns. The angle of"
        " her waggle run gives the direction against the sun, and its length tells the other"
        " bees how far they have to fly.",
    ),
    Topic(
        "mortgage",
        "When may a bank change the interest rate of a mortgage?",
        "With a variable mortgage the bank may change the interest rate whenever the reference"
        " rate named in the contract moves. A fixed rate is agreed for a number of years, and"
        " leaving it early costs the borrower a penalty.",
        "With a variable mortgage the bank can change the interest rate whenever the reference"
        " rate named in the contract moves. A fixed rate is agreed for some years, and"
        " ending it early costs the borrower a fee.",
    ),
    Topic(
        "chess",
        "Why should a chess player castle early?",
        "Castling brings the king behind a wall of pawns and the rook towards the centre in a"
        " single move. A chess player who delays it in the opening risks being caught with the"
        " king on an open file.",
        "Castling brings the king behind a wall of pawns and the rook towards the middle in"
        " one move. A chess player who postpones it in the opening risks being caught with the"
        " king on an open file.",
    ),
    Topic(
        "penicillin",
        "How was penicillin discovered?",
        "Alexander Fleming noticed in 1928 that a mould had settled on a plate of bacteria and"
        " that none grew around it. The substance it made, penicillin, became the first widely"
        " used antibiotic fifteen years later.",
        "Alexander Fleming saw in 1928 that a mould had settled on a plate of bacteria and"
        " that none grew near it. The substance it produced, penicillin, became the first widely"
        " used antibiotic fifteen years afterwards.",
    ),
    Topic(
        "tides",
        "Why are there two high tides a day?",
        "The moon pulls the near side of the ocean more strongly than the earth, and the earth"
        " more strongly than the far side. Two bulges of water result, and the turning coast"
        " passes both, so high tide comes twice a day.",
        "The moon attracts the near side of the ocean more strongly than the earth, and the earth"
        " more strongly than the far side. Two bulges of water arise, and the turning coast"
        " meets both, so high tide comes twice a day.",
    ),
    Topic(
        "violin",
        "What does the sound post inside a violin do?",
        "A small spruce dowel stands inside the violin, wedged between its front and its back."
        " This sound post carries the vibration of the strings to the back plate, and moving it"
        " by a millimetre changes the tone.",
        "A little spruce dowel stands inside the violin, wedged between its front and its back."
        " This sound post passes the vibration of the strings to the back plate, and shifting it"
        " by a millimetre alters the tone.",
    ),
    Topic(
        "offside",
        "When is a footballer offside?",
        "A footballer is offside if, when a team mate plays the ball, he is nearer to the goal"
        " line than both the ball and the second last opponent. In his own half, or level with"
        " that opponent, he is not.",
        "A footballer is offside if, when a team mate passes the ball, he is closer to the goal"
        " line than both the ball and the second last opponent. In his own half, or level with"
        " this opponent, he is not.",
    ),
    Topic(
        "glacier",
        "How do glaciers move downhill?",
        "Under its own weight the ice of a glacier deforms slowly, and where meltwater reaches"
        " the bed it slides as well. Both carry it downhill, some metres a year in cold valleys,"
        " kilometres a year near the sea.",
        "Under its own weight the ice of a glacier deforms slowly, and where meltwater reaches"
        " the bed it also slides. Both move it downhill, some metres a year in cold valleys,"
        " kilometres a year close to the sea.",
    ),
    Topic(
        "coffee",
        "How is caffeine removed from coffee beans?",
        "Green coffee beans are steamed until their pores open, then rinsed with a solvent that"
        " binds caffeine and leaves most of the aroma alone. Carbon dioxide under pressure does"
        " this without any residue.",
        "Green coffee beans are steamed until their pores open, then washed with a solvent that"
        " binds caffeine and spares most of the aroma. Carbon dioxide under pressure does"
        " so without any residue.",
    ),
    Topic(
        "railway",
        "Why do railways in different countries have different track gauges?",
        "Early railway engineers each chose the distance between the rails that suited their"
        " wagons. Once thousands of kilometres of track were laid, a common gauge cost more than"
        " changing trains at the border.",
        "Early railway engineers each picked the distance between the rails that suited their"
        " carriages. Once thousands of kilometres of track were laid, a shared gauge cost more than"
        " changing trains at the frontier.",
    ),
)
# Longest first, as encoders sort a batch: checks that are not about order leave that one alone.
TOPICS = tuple(sorted(_TOPICS, key=lambda topic: len(topic.passage), reverse=True))
PASSAGES = tuple(topic.passage for topic in TOPICS)
QUESTIONS = tuple(sorted((topic.question for topic in TOPICS), key=len, reverse=True))
CORPUS = Corpus(tuple(topic.name for topic in TOPICS), PASSAGES)
QUERIES = Queries.from_dict(
    {topic.name: topic.question for topic in sorted(TOPICS, key=lambda t: -len(t.question))}
)
EQUAL_LENGTH = tuple(
    sorted((" ".join(passage.split()[:16]) for passage in PASSAGES), key=len, reverse=True)
)
# 1,800 words about everything: a neighbour that a batch is padded to
LONG_PASSAGE = " ".join(
    " ".join(topic.passage.split()[turn:] + topic.passage.split()[:turn])
    for turn in range(4)
    for topic in TOPICS
)
# 5,000 words about none of the topics, more than most models read
LONGEST = " ".join(f"item {number} of an endless list;" for number in range(1_000))

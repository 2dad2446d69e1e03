"""Texts that real corpora hold and that careless code stumbles over."""

BARE = {
    "one letter": "a",
    "one digit": "7",
    "punctuation": "?! ;",
    "stop words": "the of and to in a is that it for on",
    "one word, 200 times": "echo " * 200,
    "a number": "3.14159",
}
EMPTY = {"no character": "", "a blank": " ", "line ends": "\n\n\t"}
# No lone surrogate: it is no text, and cannot be written to a file as UTF-8.
ODD = {
    "emoji": "👩‍👩‍👧‍👦 and 🏳️‍🌈 with 🙂",
    "combining marks": "Z\u0351\u036b\u0343a\u0349\u0356l\u0321\u0353g\u0332\u0321o\u034e",
    "decomposed accents": "Cafe\u0301 Gro\u0308\u00dfe",
    "Arabic": "أين توجد الزهور؟",
    "Hebrew": "היכן הפרחים?",
    "Chinese": "蜜蜂如何告诉彼此花在哪里",
    "Thai": "ผึ้งบอกกันอย่างไรว่าดอกไม้อยู่ที่ไหน",
    "control characters": "bell \x07 null \x00 escape \x1b[31m",
    "invisible characters": "zero\u200bwidth \ufeff joiner\u200d soft\u00adhyphen",
    "letters beyond the basic plane": "\U0001d514\U0001d532\U0001d522 \U0001d7d9",
    "ligatures": "ﬁnd the ﬂower eﬃciently",
    "private use": "\ue000\uf8ff",
    "one word of 5,000 letters": "flower" * 833,
}
GIBBERISH = "qzxv jwkp"

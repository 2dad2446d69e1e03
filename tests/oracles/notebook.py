"""What the workshop notebook printed for one query and its first passage."""

QUERY = (
    "Under what conditions does the AI Act exempt individual users from compliance when utilizing"
    " AI systems for personal, non-commercial purposes?"
)
PASSAGE_0 = (
    "Chapter I - GENERAL PROVISIONS\n\nArticle 2 - Scope\n\n10. This Regulation does not apply to"
    " obligations of deployers who are natural persons using AI systems in the course of a purely"
    " personal non-professional activity."
)
BI_ENCODER = "sentence-transformers/all-MiniLM-L6-v2"
CROSS_ENCODER = "cross-encoder/ms-marco-MiniLM-L6-v2"
QUERY_EMBEDDING_FIRST_10 = [
    -0.02686959,
    -0.07888777,
    -0.01452074,
    -0.0716766,
    0.02457212,
    0.03749802,
    0.02059894,
    0.00908657,
    -0.01796497,
    -0.00741236,
]
COSINE_QUERY_PASSAGE_0 = 0.7716524600982666
CROSS_ENCODER_SCORE_PASSAGE_0 = 0.9743664264678955
# fmt: off
QUERY_TOKEN_IDS = [
    101, 2104, 2054, 3785, 2515, 1996, 9932, 2552, 11819, 3265, 5198, 2013, 12646, 2043, 16911,
    9932, 3001, 2005, 3167, 1010, 2512, 1011, 3293, 5682, 1029, 102,
]
PAIR_TOKEN_IDS = [
    *QUERY_TOKEN_IDS,
    3127, 1045, 1011, 2236, 8910, 3720, 1016, 1011, 9531, 2184, 1012, 2023, 7816, 2515, 2025, 6611,
    2000, 14422, 1997, 21296, 2545, 2040, 2024, 3019, 5381, 2478, 9932, 3001, 1999, 1996, 2607,
    1997, 1037, 11850, 3167, 2512, 1011, 2658, 4023, 1012, 102,
]
# fmt: on

"""The slow and obviously right matcher, written from docs/matching.md alone, and posts to hold it against.

Nothing of the product is used but its nouns (listening.model, listening.rules.ruleset). Where the product and
this package disagree, one of the two has read the page wrongly, or the page says two things.

    views  ->  words, occurrences, regions  ->  judging  ->  presence, evidence  ->  matcher
    segmenters: what cuts the text is a parameter        generator: rule sets and posts full of collisions
"""

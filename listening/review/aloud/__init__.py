"""What happened to a case, in sentences that can be read aloud.

Sentences     an event as one sentence
span, when    a duration and a time, as people read them
"""

from listening.review.aloud.durations import span, when
from listening.review.aloud.sentences import Sentences

__all__ = ["Sentences", "span", "when"]

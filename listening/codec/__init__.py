"""Records to JSON and back: the one wire format, read strictly and written canonically.

The only home of msgspec. A post comes in as one JSON object (one line of a file); what it says must have
the right type, or `InvalidPost` tells what is wrong. Keys this program does not know are kept under
`extra`, nested ones under a dotted name (`author.gender`). Going out, keys have a fixed order (canonical:
sorted), unknown values are absent, times are UTC with milliseconds and `Z`.
"""

from listening.codec.glance import glances
from listening.codec.reading import (
    MAX_TEXT,
    check_text,
    event_from_json,
    hit_from_json,
    known_from_json,
    post_from_dict,
    post_from_json,
    run_from_json,
)
from listening.codec.times import time_text, utc
from listening.codec.values import MAX_DEPTH, read_json
from listening.codec.writing import (
    canonical,
    content_digest,
    hit_to_dict,
    hit_to_json,
    plain_json,
    post_to_dict,
    post_to_json,
    to_json,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_TEXT",
    "canonical",
    "check_text",
    "content_digest",
    "event_from_json",
    "glances",
    "hit_from_json",
    "hit_to_dict",
    "hit_to_json",
    "known_from_json",
    "plain_json",
    "post_from_dict",
    "post_from_json",
    "post_to_dict",
    "post_to_json",
    "read_json",
    "run_from_json",
    "time_text",
    "to_json",
    "utc",
]

"""A new rule set against an old one over the archive: what would be gained, lost and changed.

rules       which rules are held against which: a folder, a git revision, the last good ones
workers     archived batches to tallies, in one process or in several
compare     one batch under both rule sets
tally       what was counted; tallies of parts add up to the same, in any order
outlook     the tally as it is told: rules in their order, samples, days, queues
page        the same as one HTML page: the only home of Jinja2
labels      a sheet of posts to judge, and precision from the judged ones
"""

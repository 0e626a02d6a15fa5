"""What keeps a crawl from doing harm, whatever the server answers. Everything here runs in the child process.

addresses    which addresses are private, and which hosts the operator named: pure
resolver     the address that is connected to is the address that was checked
door         no request leaves for a private place
redirects    what was meant for one host is not told to another
robots       robots.txt, also where it cannot be read
unpacking    no answer swells beyond the limit
handler      no endless headers, no request beyond the end of the run
budget       bytes and minutes of a run
refusal      why a request came to nothing, as a `Trouble`
quiet        no secret in a log line

`spiders/settings.py` puts them in their places.
"""

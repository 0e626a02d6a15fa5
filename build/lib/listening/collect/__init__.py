"""How posts come in: spiders in a child process, files of other tools, and runs that keep account of both."""

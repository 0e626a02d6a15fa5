"""Which posts of a batch may matter at all: asked of everything, never misses one."""

"""A YAML file as it stands: texts, lists and mappings with their places; the only home of PyYAML."""

"""What a reader is told, as plain frozen values: the plan, its tree, events, outcomes.

Made from values of `model` alone, and drawn by `render` as text or JSON. A view holds words and
facts, never colour, layout or escapes: what draws it decides those.
"""

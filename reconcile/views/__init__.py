"""Views: what a reader is told of plans, trees, events and outcomes, as plain frozen values.

Made from values of `model` alone, and drawn by `render` as text or JSON. A view holds words and
facts, never colour, layout or escapes: what draws it decides those.
"""

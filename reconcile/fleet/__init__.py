"""From manifests to plans over live connections: the upper half of the drawing, with its I/O."""

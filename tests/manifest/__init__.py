"""Tests of the manifest package: scenario folders, properties, and the schema itself."""

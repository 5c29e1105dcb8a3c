"""The values of the model: trees, snapshots, images, plans."""

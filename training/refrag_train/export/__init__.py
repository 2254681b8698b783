"""Turns base weights and a checkpoint into a bundle: graphs without weights, weight files, manifest."""

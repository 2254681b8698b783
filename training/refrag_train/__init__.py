"""Makes refrag-streams bundles: base decoder, compression model, training stages, evaluation, export."""

"""The quality page: tables and figures from the result files that `refrag_train.matrix` wrote. Nothing is computed anew."""

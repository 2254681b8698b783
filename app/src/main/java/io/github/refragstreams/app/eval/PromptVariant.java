package io.github.refragstreams.app.eval;

import io.github.refragstreams.model.Prompt;

/**
 * What one system lets the decoder read.
 *
 * @param prompt the prompt without its head
 * @param positions positions of the whole prompt
 * @param contextPositions positions spent on passages, labels not counted
 * @param planMillis time to plan it: to choose raw chunks and lay out
 * @param leftOut passages for which the window had no room
 */
record PromptVariant(
    Prompt prompt, int positions, int contextPositions, double planMillis, int leftOut) {}

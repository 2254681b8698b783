package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.CitedSpan;
import java.util.List;

/**
 * What a generation has come to.
 *
 * @param material what it was made of, in the prompt or not
 * @param startNanos when the generation started, by the clock of {@link System#nanoTime}
 * @param waitMillis from the start of the generation to its submission to the decoder
 */
record Result(
    AnswerPlan plan,
    Material material,
    AnswerDecoder.Generation generation,
    List<CitedSpan> citations,
    long startNanos,
    long waitMillis) {}

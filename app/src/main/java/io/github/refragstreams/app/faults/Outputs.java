package io.github.refragstreams.app.faults;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerToken;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;

/**
 * What was committed.
 *
 * @param answers in the order of their partition, as everything here
 * @param inFlight entries of the stores in which records wait, by store
 * @param vectors entries of the store of vectors
 */
record Outputs(
    List<Answer> answers,
    List<AnswerToken> tokens,
    List<Letter> letters,
    Map<String, Integer> inFlight,
    Map<Bytes, byte[]> vectors) {}

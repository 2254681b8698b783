package io.github.refragstreams.app.faults;

import java.util.List;
import java.util.Map;

/**
 * What a fault run has come to.
 *
 * @param kills processes that were killed
 * @param failOverSeconds by kind of fault, until all partitions were answered again
 * @param violations what does not hold of the outputs, one sentence each
 * @param skipped faults that did not happen, or not where they were meant to, and why
 */
public record FaultReport(
    Schedule schedule,
    int rounds,
    int queries,
    int answers,
    int kills,
    int faults,
    Map<String, List<Double>> failOverSeconds,
    List<String> failOver,
    List<String> violations,
    List<String> skipped) {}

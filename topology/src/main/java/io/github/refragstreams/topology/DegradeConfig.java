package io.github.refragstreams.topology;

import java.time.Duration;

/**
 * How answers become cheaper under load instead of later: prompts do without the vectors of
 * passages, then fewer chunks stay raw, then fewer turns of a conversation do. Keys start with
 * {@code degrade}.
 *
 * @param enabled false: answers wait, at full quality
 * @param queueTarget time in the queues of decoding above which quality is lowered
 * @param leastExpandFraction share of the chunks that stay raw at least, unless a query asks for
 *     less; at 0, vectors stay in
 */
public record DegradeConfig(boolean enabled, Duration queueTarget, float leastExpandFraction) {
  public DegradeConfig {
    Require.positive("degrade.queue-target", queueTarget);
    Require.that(
        leastExpandFraction >= 0f && leastExpandFraction <= 1f,
        "degrade.least-expand-fraction",
        leastExpandFraction,
        "from 0 to 1");
  }

  public static DegradeConfig defaults() {
    return new DegradeConfig(true, Duration.ofSeconds(1), 0.05f);
  }
}

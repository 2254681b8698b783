package io.github.refragstreams.model;

import java.util.List;

/**
 * A mixed prompt, without the head that never changes (the decoder has that prefilled).
 *
 * @param segments in reading order
 */
public record Prompt(List<Segment> segments) {
  public Prompt {
    segments = List.copyOf(segments);
  }

  /** Decoder positions, head not counted. */
  public int positions() {
    return segments.stream().mapToInt(Segment::positions).sum();
  }

  /** Raw tokens, head not counted: what runs through the layers below the injection. */
  public int rawTokens() {
    return segments.stream().mapToInt(s -> s instanceof Segment.Tokens t ? t.positions() : 0).sum();
  }
}

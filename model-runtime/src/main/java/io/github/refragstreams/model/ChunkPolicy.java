package io.github.refragstreams.model;

import java.util.List;

/**
 * Scores chunks: the higher, the more an answer gains when the chunk stays raw. Safe for use by
 * many threads.
 */
public interface ChunkPolicy {
  /** Identifies the policy in stats and logs. */
  String id();

  /**
   * @param passages passages of one query, any order
   * @return one array per passage with one finite score per chunk; scores compare across the
   *     passages of the call only
   */
  List<float[]> score(String question, List<PassageContext> passages);
}

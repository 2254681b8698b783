package io.github.refragstreams.model;

import java.util.List;

/**
 * Turns passages into one vector per chunk.
 *
 * <p>The runtime promises: {@link #encode} is called by one thread at a time and never by a stream
 * thread; {@link #close} is called once, after the last {@code encode} has returned.
 *
 * <p>Implementations promise: the vectors of a passage are bit-equal whatever else is in the batch,
 * and do not depend on any question. The embedding cache relies on both. Source: arXiv
 * 2509.01092v2, section 2.
 */
public interface ChunkEncoder extends AutoCloseable {

  /** Identifies the weights: vectors of two encoders with the same id and k are interchangeable. */
  String id();

  /** d, components per vector. */
  int dimension();

  /**
   * @param passages b passages, at least one, all with the same k; none empty
   * @return b results in order; result i has {@code passages.get(i).chunks()} rows
   * @throws ModelException when the batch fails; then no passage has a result, and the kind says
   *     whether one of them may be to blame
   */
  List<ChunkVectors> encode(List<ChunkedText> passages);

  @Override
  void close();
}

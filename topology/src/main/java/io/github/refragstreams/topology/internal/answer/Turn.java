package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.topology.internal.record.TextHash;
import java.util.List;

/**
 * One turn of a conversation.
 *
 * @param passageHashes SHA-256 of the texts that the answer was made from
 * @param time when it was answered, milliseconds of the wall clock
 */
record Turn(String question, String answer, List<byte[]> passageHashes, long time) {
  Turn {
    passageHashes = List.copyOf(passageHashes);
  }

  static Turn of(Ask ask, Result result, long now) {
    List<byte[]> hashes =
        result.plan().passages().stream().map(passage -> TextHash.of(passage.readText())).toList();
    return new Turn(ask.question(), result.generation().text(), hashes, now);
  }

  @Override
  public String toString() {
    return "Turn[passages=" + passageHashes.size() + ", time=" + time + "]";
  }
}

package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.topology.internal.record.TextHash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn of a conversation.
 *
 * @param passageHashes SHA-256 of the texts that the answer was made from
 * @param vectors null until the turn has entered a prompt as vectors
 * @param time when it was answered, milliseconds of the wall clock
 */
record Turn(
    String question,
    String answer,
    List<byte[]> passageHashes,
    long time,
    @Nullable TurnVectors vectors) {
  Turn {
    passageHashes = List.copyOf(passageHashes);
  }

  static Turn of(Ask ask, Result result, long now) {
    List<byte[]> hashes =
        result.plan().passages().stream().map(passage -> TextHash.of(passage.readText())).toList();
    return new Turn(ask.question(), result.generation().text(), hashes, now, null);
  }

  /**
   * A turn that a client remembers.
   *
   * @param now when it came
   */
  static Turn given(String question, String answer, long now) {
    return new Turn(question, answer, List.of(), now, null);
  }

  /** The same with vectors. */
  Turn with(@Nullable TurnVectors other) {
    return new Turn(question, answer, passageHashes, time, other);
  }

  /**
   * The same with no more than {@code most} characters of question and answer each, and without
   * vectors, which are those of the whole.
   */
  Turn cut(int most) {
    return new Turn(cut(question, most), cut(answer, most), passageHashes, time, null);
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  @Override
  public String toString() {
    return "Turn[passages=" + passageHashes.size() + ", time=" + time + "]";
  }
}

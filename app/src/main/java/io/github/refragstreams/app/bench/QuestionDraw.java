package io.github.refragstreams.app.bench;

import io.github.refragstreams.app.data.Question;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Draws questions so that every type is heard. */
public final class QuestionDraw {
  private QuestionDraw() {}

  /** One of each type in turn, until there are {@code limit}; the seed decides which. */
  public static List<Question> byType(List<Question> questions, int limit, long seed) {
    List<Question> shuffled = new ArrayList<>(questions);
    Collections.shuffle(shuffled, new Random(seed));
    Map<String, Deque<Question>> byType = new LinkedHashMap<>();
    for (Question question : shuffled) {
      byType.computeIfAbsent(question.type(), type -> new ArrayDeque<>()).add(question);
    }
    List<Question> drawn = new ArrayList<>();
    while (drawn.size() < limit && !byType.isEmpty()) {
      for (Deque<Question> left : byType.values()) {
        if (drawn.size() < limit) {
          drawn.add(left.removeFirst());
        }
      }
      byType.values().removeIf(Deque::isEmpty);
    }
    return drawn;
  }
}

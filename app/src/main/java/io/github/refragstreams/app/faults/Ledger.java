package io.github.refragstreams.app.faults;

import io.github.refragstreams.topology.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All that was sent, and all that must come of it. For one thread. */
final class Ledger {
  private final Map<String, Asked> queries = new LinkedHashMap<>();
  private final List<Letter> letters = new ArrayList<>();
  private final Set<Text> texts = new LinkedHashSet<>();

  /** What is encoded. */
  record Text(@Nullable String title, String text) {}

  void asked(Asked asked) {
    queries.put(asked.id(), asked);
    asked.passages().forEach(passage -> encoded(passage.getTitle(), passage.getText()));
  }

  void refused(ErrorCode code, String key) {
    letters.add(new Letter(code.name(), key));
  }

  void encoded(@Nullable String title, String text) {
    texts.add(new Text(title, text));
  }

  Map<String, Asked> queries() {
    return queries;
  }

  List<Letter> letters() {
    return letters;
  }

  Set<Text> texts() {
    return texts;
  }
}

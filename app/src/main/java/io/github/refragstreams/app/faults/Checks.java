package io.github.refragstreams.app.faults;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import io.github.refragstreams.topology.ErrorCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** What must hold of the outputs, whatever has happened. Pure. */
final class Checks {
  private final Ledger ledger;
  private final Outputs outputs;
  private final List<String> violations = new ArrayList<>();

  private Checks(Ledger ledger, Outputs outputs) {
    this.ledger = ledger;
    this.outputs = outputs;
  }

  /**
   * What does not hold, one sentence each.
   *
   * @param texts the answer that a query must have; null where that cannot be told
   * @param vectors what the store of vectors must hold
   */
  static List<String> violations(
      Ledger ledger,
      Outputs outputs,
      Function<Asked, @Nullable String> texts,
      Map<Bytes, byte[]> vectors) {
    Checks checks = new Checks(ledger, outputs);
    checks.answers(texts);
    checks.conversations();
    checks.letters();
    outputs
        .inFlight()
        .forEach(
            (store, entries) ->
                checks.that(entries == 0, "store " + store + " still holds " + entries));
    checks.vectors(vectors);
    return checks.violations;
  }

  private void that(boolean holds, String otherwise) {
    if (!holds) {
      violations.add(otherwise);
    }
  }

  private void answers(Function<Asked, @Nullable String> texts) {
    Map<String, List<Answer>> answers =
        outputs.answers().stream().collect(Collectors.groupingBy(Answer::getQueryId));
    Map<String, List<AnswerToken>> tokens =
        outputs.tokens().stream().collect(Collectors.groupingBy(AnswerToken::getQueryId));
    answers.keySet().stream()
        .filter(id -> !ledger.queries().containsKey(id))
        .forEach(id -> violations.add(id + " is answered, but was not asked"));
    for (Asked asked : ledger.queries().values()) {
      List<Answer> given = answers.getOrDefault(asked.id(), List.of());
      boolean enough =
          given.size() == 1 || (given.isEmpty() && asked.kind() == Asked.Kind.CANCELLED);
      that(enough, asked + " has " + given.size() + " answers");
      if (given.size() == 1) {
        answer(asked, given.get(0), texts);
        tokens(given.get(0), tokens.getOrDefault(asked.id(), List.of()));
      }
    }
  }

  private void answer(Asked asked, Answer answer, Function<Asked, @Nullable String> texts) {
    if (asked.kind() == Asked.Kind.CANCELLED) {
      return;
    }
    if (asked.kind() == Asked.Kind.WAITING) {
      that(
          answer.getStatus() == AnswerStatus.PARTIAL
              || answer.getStatus() == AnswerStatus.NO_CONTEXT,
          asked + " lacks a passage, but its answer is " + answer.getStatus());
      return;
    }
    AnswerStatus status =
        asked.passages().isEmpty() ? AnswerStatus.NO_CONTEXT : AnswerStatus.COMPLETE;
    that(
        answer.getStatus() == status || answer.getStatus() == AnswerStatus.COMPLETE,
        asked + " has all passages, but its answer is " + answer.getStatus());
    String text = asked.kind() == Asked.Kind.WHOLE ? texts.apply(asked) : null;
    that(
        text == null || text.equals(answer.getText()),
        asked + " has another answer than the models give to it");
  }

  private void tokens(Answer answer, List<AnswerToken> all) {
    String id = answer.getQueryId();
    String generation = answer.getGenerationId();
    List<AnswerToken> won =
        all.stream().filter(token -> token.getGenerationId().equals(generation)).toList();
    String text = won.stream().map(AnswerToken::getText).collect(Collectors.joining());
    that(text.equals(answer.getText()), "the tokens of " + id + " are not its answer");
    for (int i = 0; i < won.size(); i++) {
      AnswerToken token = won.get(i);
      that(token.getIndex() == i, id + " has token " + token.getIndex() + " at place " + i);
      that(
          token.getLast() == (i == won.size() - 1),
          id + " has " + won.size() + " tokens, and token " + i + " has last " + token.getLast());
    }
    that(
        all.stream().allMatch(token -> token.getGenerationId().compareTo(generation) <= 0),
        id + " has tokens of a generation after the one that answered it");
  }

  /** Questions of a conversation are answered in the order in which they were asked. */
  private void conversations() {
    Map<String, List<String>> asked =
        ledger.queries().values().stream()
            .filter(query -> query.kind() == Asked.Kind.CONVERSATION)
            .collect(
                Collectors.groupingBy(
                    Asked::key, Collectors.mapping(Asked::id, Collectors.toList())));
    asked.forEach(
        (conversation, ids) -> {
          List<String> answered =
              outputs.answers().stream()
                  .map(Answer::getQueryId)
                  .filter(ids::contains)
                  .distinct()
                  .toList();
          List<String> due = ids.stream().filter(answered::contains).toList();
          that(
              answered.equals(due),
              conversation + " is answered in the order " + answered + ", not " + due);
        });
  }

  private void letters() {
    Map<Letter, Integer> due = counted(ledger.letters());
    Map<Letter, Integer> found = counted(outputs.letters());
    due.forEach(
        (letter, count) ->
            that(
                count.equals(found.get(letter)),
                letter + " is there " + found.getOrDefault(letter, 0) + " times, not " + count));
    found.keySet().stream()
        .filter(letter -> !due.containsKey(letter) && !isAllowed(letter))
        .forEach(letter -> violations.add(letter + " is there, but nothing was wrong with it"));
  }

  /** A passage may come after the deadline of its query, or after that was taken back. */
  private boolean isAllowed(Letter letter) {
    return letter.code().equals(ErrorCode.LATE_PASSAGE.name())
        && ledger.queries().values().stream()
            .anyMatch(
                asked ->
                    asked.key().equals(letter.key())
                        && (asked.kind() == Asked.Kind.WAITING
                            || asked.kind() == Asked.Kind.CANCELLED));
  }

  private static Map<Letter, Integer> counted(List<Letter> letters) {
    Map<Letter, Integer> counts = new HashMap<>();
    letters.forEach(letter -> counts.merge(letter, 1, Integer::sum));
    return counts;
  }

  private void vectors(Map<Bytes, byte[]> due) {
    Map<Bytes, byte[]> found = outputs.vectors();
    long others =
        found.entrySet().stream()
            .filter(
                entry ->
                    due.containsKey(entry.getKey())
                        && !Arrays.equals(entry.getValue(), due.get(entry.getKey())))
            .count();
    that(others == 0, others + " cached passages have other vectors than the encoder gives");
    long missing = due.keySet().stream().filter(key -> !found.containsKey(key)).count();
    that(missing == 0, missing + " passages were encoded, but are not cached");
    long unknown = found.keySet().stream().filter(key -> !due.containsKey(key)).count();
    that(unknown == 0, unknown + " cached passages were never sent");
  }
}

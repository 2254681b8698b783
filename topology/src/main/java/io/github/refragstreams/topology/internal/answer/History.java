package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.ChunkVectors;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PastTurn;
import io.github.refragstreams.topology.ConversationConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Brings the earlier turns of a conversation into the form in which a prompt takes them: the last
 * ones raw, those before as chunk vectors. Vectors stay with their turn, so that a turn is encoded
 * once, when it first is old enough.
 */
final class History {
  private final Models models;
  private final Encodings encodings;
  private final ConversationConfig config;
  private final int chunkTokens;

  /**
   * Turns that can be read, oldest first.
   *
   * @param stored the turns to remember, with the vectors made for them
   * @param turns the same in the form of a prompt
   */
  record Recalled(List<Turn> stored, List<PastTurn> turns) {}

  private record Read(Turn turn, ChunkedText chunks) {}

  History(Models models, Encodings encodings, ConversationConfig config, int chunkTokens) {
    this.models = models;
    this.encodings = encodings;
    this.config = config;
    this.chunkTokens = chunkTokens;
  }

  /**
   * @param turns oldest first
   * @param rawTurns how many of the last ones enter raw
   */
  CompletableFuture<Recalled> of(List<Turn> turns, int rawTurns) {
    List<Read> read = latest(turns);
    List<CompletableFuture<@Nullable Turn>> all = new ArrayList<>();
    for (int i = 0; i < read.size(); i++) {
      boolean raw = i >= read.size() - rawTurns;
      all.add(raw ? CompletableFuture.completedFuture(read.get(i).turn) : encoded(read.get(i)));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(done -> recalled(read, all, rawTurns));
  }

  /** The last turns whose tokens together are within the bound; the very last one is cut to it. */
  private List<Read> latest(List<Turn> turns) {
    ArrayDeque<Read> kept = new ArrayDeque<>();
    int left = config.maxTokens();
    for (int i = turns.size() - 1; i >= 0; i--) {
      Read read = i == turns.size() - 1 ? cut(turns.get(i)) : read(turns.get(i));
      left -= read.chunks.tokens();
      if (left < 0) {
        break;
      }
      kept.addFirst(read);
    }
    return List.copyOf(kept);
  }

  /** As much of a turn as the bound has room for: a follow-up to a long answer must know it. */
  private Read cut(Turn turn) {
    Read read = read(turn);
    int chars = Math.max(turn.question().length(), turn.answer().length());
    while (read.chunks.tokens() > config.maxTokens() && chars > 1) {
      chars = Math.max(1, (int) ((long) chars * config.maxTokens() / read.chunks.tokens()));
      read = read(turn.cut(chars));
    }
    return read;
  }

  private Read read(Turn turn) {
    String text = PastTurn.readText(turn.question(), turn.answer());
    return new Read(turn, models.chunker().chunk(null, text, chunkTokens));
  }

  /** Null when the turn cannot be encoded; other failures fail the attempt. */
  private CompletableFuture<@Nullable Turn> encoded(Read read) {
    TurnVectors known = read.turn.vectors();
    String encoder = models.bundle().encoderId();
    if (known != null && known.fit(encoder, chunkTokens)) {
      return CompletableFuture.completedFuture(read.turn);
    }
    return encodings
        .encode(read.chunks)
        .handle(
            (vectors, failure) -> {
              if (failure != null) {
                Contexts.requireUnusable(failure);
                return null;
              }
              return read.turn.with(
                  new TurnVectors(encoder, chunkTokens, vectors.withStates(null)));
            });
  }

  private static Recalled recalled(
      List<Read> read, List<CompletableFuture<@Nullable Turn>> all, int rawTurns) {
    List<Turn> stored = new ArrayList<>();
    List<PastTurn> turns = new ArrayList<>();
    for (int i = 0; i < read.size(); i++) {
      Turn turn = all.get(i).join();
      if (turn != null) {
        stored.add(turn);
        TurnVectors made = i >= read.size() - rawTurns ? null : turn.vectors();
        ChunkVectors vectors = made == null ? null : made.vectors();
        turns.add(new PastTurn(read.get(i).chunks, vectors));
      }
    }
    return new Recalled(stored, turns);
  }
}

package io.github.refragstreams.app.faults;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.model.PlanOptions;
import io.github.refragstreams.schemas.RetrievedPassage;
import io.github.refragstreams.topology.AnswerConfig;
import io.github.refragstreams.topology.StoredVectors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;

/** What the models make of the same inputs, without Kafka. */
final class Recomputed {
  private final Models models;
  private final AnswerConfig config;

  Recomputed(Models models, AnswerConfig config) {
    this.models = models;
    this.config = config;
  }

  /** The answer to a query from all its passages. */
  String answer(Asked asked) {
    List<PassageContext> passages = asked.passages().stream().map(this::context).toList();
    int positions =
        Math.min(config.maxPositions(), models.decoder().maxPositions() - config.maxTokens());
    PlanOptions options = config.plan(asked.query().getOptions().getMode(), null, positions);
    return models
        .decoder()
        .generate(
            models
                .planner()
                .plan(asked.query().getQuestion(), List.of(), passages, options)
                .prompt(),
            AnswerDecoder.Sampling.greedy(config.maxTokens()),
            (index, text) -> {})
        .join()
        .text();
  }

  /** What the store of vectors must hold of these texts. */
  Map<Bytes, byte[]> vectors(Set<Ledger.Text> texts) {
    Map<Bytes, byte[]> entries = new HashMap<>();
    for (Ledger.Text text : texts) {
      ChunkedText chunks =
          models.chunker().chunk(text.title(), text.text(), models.bundle().defaultChunkTokens());
      StoredVectors entry =
          StoredVectors.of(
              Chunker.readText(text.title(), text.text()),
              chunks,
              models.encoder().encode(chunks).join(),
              models.bundle());
      entries.put(Bytes.wrap(entry.key()), entry.value());
    }
    return entries;
  }

  private PassageContext context(RetrievedPassage passage) {
    ChunkedText chunks =
        models
            .chunker()
            .chunk(passage.getTitle(), passage.getText(), models.bundle().defaultChunkTokens());
    return new PassageContext(
        passage.getPassageId(),
        passage.getRank(),
        passage.getScore(),
        passage.getTitle(),
        passage.getText(),
        chunks,
        models.encoder().encode(chunks).join());
  }
}

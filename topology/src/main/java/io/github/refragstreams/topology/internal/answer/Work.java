package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.Models;
import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.schemas.EncodedPassage;
import io.github.refragstreams.schemas.Query;
import io.github.refragstreams.serde.EventSerdes;
import io.github.refragstreams.topology.ConversationConfig;
import io.github.refragstreams.topology.DegradeConfig;
import io.github.refragstreams.topology.TopologyConfig;
import io.github.refragstreams.topology.internal.store.Pending;
import io.github.refragstreams.topology.internal.work.Inbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Reads what waits in the stores, and hands it to the models. */
final class Work {
  private final Models models;
  private final EventSerdes serdes;
  private final ConversationConfig conversation;
  private final DegradeConfig degrade;
  private final Executor planner;
  private final AskReader asks;

  /**
   * @param planner where planning and citing run
   */
  Work(Models models, EventSerdes serdes, TopologyConfig config, Executor planner) {
    this.models = models;
    this.serdes = serdes;
    this.conversation = config.conversation();
    this.degrade = config.degrade();
    this.planner = planner;
    this.asks = new AskReader(config.answer(), models);
  }

  /**
   * @param query one that has passed its check
   */
  Ask ask(Query query, Pending pending) {
    return asks.read(query, pending);
  }

  Ask ask(Pending pending) {
    String topic = pending.origin().topic();
    return ask(serdes.query().deserializer().deserialize(topic, pending.origin().value()), pending);
  }

  EncodedPassage passage(Pending pending) {
    String topic = pending.origin().topic();
    return serdes.encodedPassage().deserializer().deserialize(topic, pending.payload());
  }

  /** Whether a passage has vectors: it was refused otherwise. */
  static boolean isUsable(EncodedPassage passage) {
    return passage.getVectors().hasRemaining();
  }

  /**
   * Passages are read where the answer is planned: their vectors are large.
   *
   * @param turns earlier turns of the conversation, oldest first
   * @param level see {@link LoadLevel}
   */
  Generation generate(
      Ask ask,
      List<Turn> turns,
      List<Pending> passages,
      int level,
      Inbox<Outcome> inbox,
      long now) {
    Encodings encodings = new Encodings(models.encoder(), Asker.of(ask.queryId()));
    return Generation.start(
        GenerationIds.at(now),
        ask,
        () -> material(ask, turns, passages, level, encodings),
        encodings,
        models,
        planner,
        inbox);
  }

  private CompletableFuture<Material> material(
      Ask ask, List<Turn> turns, List<Pending> passages, int level, Encodings encodings) {
    Quality quality = Quality.at(level, ask.plan(), ask.mode(), conversation.rawTurns(), degrade);
    Contexts contexts = new Contexts(models, encodings, ask.chunkTokens());
    History history = new History(models, encodings, conversation, ask.chunkTokens());
    return contexts
        .of(usable(passages))
        .thenCombine(
            history.of(turns, quality.rawTurns()),
            (found, recalled) -> Material.of(found, recalled, quality));
  }

  private List<EncodedPassage> usable(List<Pending> passages) {
    return passages.stream().map(this::passage).filter(Work::isUsable).toList();
  }
}

package io.github.refragstreams.topology.internal.answer;

import io.github.refragstreams.model.AnswerDecoder;
import io.github.refragstreams.model.AnswerPlan;
import io.github.refragstreams.model.BundleInfo;
import io.github.refragstreams.model.CitedSpan;
import io.github.refragstreams.model.PassageContext;
import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStats;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Citation;
import io.github.refragstreams.schemas.CitationReason;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts an answer together. */
final class AnswerBuilder {
  private final BundleInfo bundle;
  private final int mostPassages;

  /**
   * @param mostPassages most passages of a query
   */
  AnswerBuilder(BundleInfo bundle, int mostPassages) {
    this.bundle = bundle;
    this.mostPassages = mostPassages;
  }

  /**
   * @param expected passages that the query or its passages promised; null when nobody did
   * @param turnMillis from the moment the query was ready to the start of this generation
   */
  Answer build(
      Ask ask,
      String generationId,
      Result result,
      @Nullable Integer expected,
      long turnMillis,
      Instant now) {
    int surplus = expected == null ? 0 : Math.max(0, expected - mostPassages);
    return Answer.newBuilder()
        .setQueryId(ask.queryId())
        .setConversationId(ask.conversationId())
        .setGenerationId(generationId)
        .setText(result.generation().text())
        .setStatus(status(result, expected, surplus))
        .setCitations(result.citations().stream().map(AnswerBuilder::citation).toList())
        .setStats(stats(ask, result, surplus, turnMillis))
        .setReading(ask.explain() ? Readings.of(result.plan(), result.material().contexts()) : null)
        .setModel(bundle.id())
        .setAnsweredAt(now)
        .build();
  }

  private AnswerStatus status(Result result, @Nullable Integer expected, int surplus) {
    int used = result.material().contexts().size();
    if (used == 0 || readsNothing(result.plan())) {
      return AnswerStatus.NO_CONTEXT;
    }
    if (expected == null || used < Math.min(expected, mostPassages)) {
      return AnswerStatus.PARTIAL;
    }
    return surplus > 0 || !result.plan().leftOut().isEmpty()
        ? AnswerStatus.TRUNCATED
        : AnswerStatus.COMPLETE;
  }

  /** Passages were there and had room, but no chunk of them was to be read. */
  private static boolean readsNothing(AnswerPlan plan) {
    return !plan.passages().isEmpty() && plan.contextPositions() == 0;
  }

  private static AnswerStats stats(Ask ask, Result result, int surplus, long turnMillis) {
    AnswerPlan plan = result.plan();
    AnswerDecoder.Generation generation = result.generation();
    List<Context> contexts = result.material().contexts();
    return AnswerStats.newBuilder()
        .setLoadLevel(result.material().quality().level())
        .setHistoryTurns(plan.history().size())
        .setHistoryTurnsRaw(plan.rawTurns())
        .setPassages(plan.passages().size())
        .setPassagesLeftOut(plan.leftOut().size() + surplus)
        .setChunks(plan.chunks())
        .setChunksCached(cached(plan, contexts))
        .setChunksExpanded(plan.chunksExpanded())
        .setChunkTokens(ask.chunkTokens())
        .setExpandFraction(plan.chunks() == 0 ? 0f : (float) plan.chunksExpanded() / plan.chunks())
        .setContextTokens(plan.contextTokens())
        .setPromptPositions(plan.promptPositions())
        .setCompression(plan.compression())
        .setQueueMs(turnMillis + generation.queueMillis())
        .setEncodeMs(contexts.stream().mapToLong(Context::encodeMillis).max().orElse(0))
        .setPolicyMs(plan.policyMillis())
        .setPrefillMs(generation.prefillMillis())
        .setDecodeMs(generation.decodeMillis())
        .setTimeToFirstTokenMs(
            turnMillis + result.waitMillis() + Math.round(generation.timeToFirstTokenMillis()))
        .setAnswerTokens(generation.tokens())
        .setAnswerCut(generation.cut())
        .build();
  }

  private static int cached(AnswerPlan plan, List<Context> contexts) {
    Set<String> cached = Context.cachedIds(contexts);
    return plan.passages().stream()
        .filter(passage -> cached.contains(passage.passageId()))
        .map(PassageContext::chunks)
        .mapToInt(chunks -> chunks.chunks())
        .sum();
  }

  private static Citation citation(CitedSpan span) {
    return Citation.newBuilder()
        .setPassageId(span.passageId())
        .setFirstChunk(span.firstChunk())
        .setLastChunk(span.lastChunk())
        .setStart(span.start())
        .setEnd(span.end())
        .setReason(span.expanded() ? CitationReason.EXPANDED : CitationReason.QUOTED)
        .build();
  }
}

package io.github.refragstreams.app.load;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.model.ChunkedText;
import io.github.refragstreams.model.Models;
import io.github.refragstreams.schemas.RetrievedPassage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Passages that are encoded, by the encoder alone or through Kafka. Nobody asks for them: their
 * queries never come.
 */
record PassageStream(List<Passage> passages) {
  /** Passages of one query. */
  private static final int PER_QUERY = 10;

  private static final Duration PATIENCE = Duration.ofMinutes(30);

  PassageStream {
    passages = List.copyOf(passages);
  }

  /** Chunks in all. */
  int chunks(Models models) {
    return texts(models).stream().mapToInt(ChunkedText::chunks).sum();
  }

  /** Seconds that the encoder takes when all passages come at once. */
  double alone(Models models) {
    List<ChunkedText> texts = texts(models);
    long start = System.nanoTime();
    texts.stream().map(models.encoder()::encode).toList().forEach(CompletableFuture::join);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds until all of them are encoded and committed on their way to their queries. */
  double throughKafka(Deployment deployment) {
    try (RecordCounter encoded = deployment.encodedPassages()) {
      String stream = UUID.randomUUID().toString();
      long start = System.nanoTime();
      for (int i = 0; i < passages.size(); i++) {
        deployment.client().retrieve(event(stream + "-" + i / PER_QUERY, i));
      }
      deployment.client().flush();
      Deployment.await("encoded passages", PATIENCE, () -> encoded.count() >= passages.size());
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private RetrievedPassage event(String queryId, int i) {
    Passage passage = passages.get(i);
    return RetrievedPassage.newBuilder()
        .setQueryId(queryId)
        .setPassageId(String.valueOf(i))
        .setRank(i % PER_QUERY)
        .setTitle(passage.title())
        .setText(passage.text())
        .build();
  }

  private List<ChunkedText> texts(Models models) {
    int k = models.bundle().defaultChunkTokens();
    return passages.stream()
        .map(passage -> models.chunker().chunk(passage.title(), passage.text(), k))
        .toList();
  }
}

package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.config.Home;
import io.github.refragstreams.app.config.RetrieverConfig;
import io.github.refragstreams.app.config.RetrieverConfig.Kind;
import io.github.refragstreams.app.corpus.Corpus;
import io.github.refragstreams.app.corpus.CorpusLimits;
import io.github.refragstreams.app.corpus.CorpusReader;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.model.SentenceEncoder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes the retriever that the configuration describes.
 *
 * @param config what is described
 * @param threads of a model that it needs
 * @param progress receives a line for what takes long, and for each file that cannot be read
 */
public record Retrievers(RetrieverConfig config, int threads, Consumer<String> progress) {
  private static final int SAID_EVERY = 1_024;

  /**
   * Over the configured corpus; empty where there is none.
   *
   * @throws io.github.refragstreams.app.data.BadInputException when the corpus has no passages
   * @throws io.github.refragstreams.app.config.InvalidConfigException when the model cannot be used
   */
  public Optional<Retriever> open() {
    Optional<Path> index = config.dense().index().map(Path::of);
    return config.corpus().map(this::passages).map(passages -> over(passages, index));
  }

  /**
   * Refuses what {@link #open} would refuse for the lack of a file, before anything is loaded.
   *
   * @throws io.github.refragstreams.app.data.BadInputException when there is no such corpus
   * @throws io.github.refragstreams.model.InvalidBundleException when there is no such model
   */
  public static void check(RetrieverConfig config) {
    if (config.corpus().isEmpty()) {
      return;
    }
    config
        .corpus()
        .filter(corpus -> !corpus.equals(RetrieverConfig.FACTBOOK))
        .ifPresent(corpus -> CorpusReader.check(Home.resolve(corpus)));
    if (config.kind() != Kind.BM25) {
      SentenceEncoder.check(Home.resolve(config.dense().model().orElseThrow()));
    }
  }

  /** Over other passages, whose vectors are not kept. */
  public Retriever over(Collection<Passage> passages) {
    return over(passages, Optional.empty());
  }

  private Retriever over(Collection<Passage> passages, Optional<Path> index) {
    Retriever ranking = ranking(passages, index);
    return FollowUps.over(
        passages, config.kind() == Kind.BM25 ? new CloseToBest(ranking) : ranking);
  }

  /** Over other passages; whatever is asked for is found, and follow-ups are not understood. */
  public Retriever ranking(Collection<Passage> passages) {
    return ranking(passages, Optional.empty());
  }

  private Retriever ranking(Collection<Passage> passages, Optional<Path> index) {
    return switch (config.kind()) {
      case BM25 -> Bm25Retriever.over(passages);
      case DENSE -> dense(passages, index);
      case HYBRID ->
          new HybridRetriever(
              List.of(Bm25Retriever.over(passages), dense(passages, index)), config.rankConstant());
    };
  }

  private Collection<Passage> passages(String corpus) {
    if (corpus.equals(RetrieverConfig.FACTBOOK)) {
      return Factbook.passages();
    }
    Corpus read =
        CorpusReader.read(
            Home.resolve(corpus),
            new CorpusLimits(config.files().passageChars(), config.files().maxBytes()));
    read.skipped().forEach(skipped -> progress.accept("corpus: skipped " + skipped));
    progress.accept("corpus: " + read.summary());
    return read.passages();
  }

  private Retriever dense(Collection<Passage> passages, Optional<Path> index) {
    RetrieverConfig.Dense dense = config.dense();
    SentenceEncoder encoder =
        SentenceEncoder.open(Home.resolve(dense.model().orElseThrow()), threads, dense.maxTokens());
    return DenseRetriever.over(
        passages,
        encoder,
        index,
        done -> {
          if (done % SAID_EVERY == 0) {
            progress.accept("encoded " + done + " passages of at most " + passages.size());
          }
        });
  }
}

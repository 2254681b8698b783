package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.data.JsonLines;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.Given;
import io.github.refragstreams.app.retriever.Retriever;
import io.github.refragstreams.app.retriever.Retrievers;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where passages come from. */
final class CorpusOptions {
  @Option(
      names = "--passages-file",
      paramLabel = "FILE",
      description =
          "Rows {pid, title, text}. All are sent with a question, the first as the best, where they"
              + " are no more than --passages; of more, those that are found best for the"
              + " question. Default: retriever.corpus, else the World Factbook.")
  private @Nullable Path file;

  /**
   * Does {@code work} with a retriever over them.
   *
   * @param most most passages of a question; 0: nothing is read, nothing is found
   */
  <T> T with(AppConfig settings, int most, Progress progress, Function<Retriever, T> work) {
    if (most == 0) {
      return work.apply((question, earlier, limit) -> List.of());
    }
    Retrievers retrievers =
        new Retrievers(
            settings.retriever().orFactbook(), settings.runtime().threads(), progress::say);
    if (file == null) {
      progress.say("indexing the corpus ...");
      return work(retrievers.open().orElseThrow(), work);
    }
    Collection<Passage> given = JsonLines.passages(file).values();
    if (given.size() <= most) {
      return work.apply(new Given(given));
    }
    progress.say("indexing " + given.size() + " passages ...");
    return work(retrievers.over(given), work);
  }

  private static <T> T work(Retriever retriever, Function<Retriever, T> work) {
    try (retriever) {
      return work.apply(retriever);
    }
  }
}

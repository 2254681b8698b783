package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.data.JsonLines;
import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.CloseToBest;
import io.github.refragstreams.app.retriever.Factbook;
import io.github.refragstreams.app.retriever.Given;
import io.github.refragstreams.app.retriever.LuceneRetriever;
import io.github.refragstreams.app.retriever.Retriever;
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
              + " are no more than --passages; of more, and of the World Factbook, which is the"
              + " default, those that are found best for the question.")
  private @Nullable Path file;

  /**
   * Does {@code work} with a retriever over them.
   *
   * @param most most passages of a question; 0: nothing is read, nothing is found
   */
  <T> T with(int most, Progress progress, Function<Retriever, T> work) {
    if (most == 0) {
      return work.apply((question, earlier, limit) -> List.of());
    }
    Collection<Passage> corpus =
        file == null ? Factbook.passages() : JsonLines.passages(file).values();
    if (file != null && corpus.size() <= most) {
      return work.apply(new Given(corpus));
    }
    try (LuceneRetriever retriever =
        progress.step(
            "indexing " + corpus.size() + " passages", () -> LuceneRetriever.over(corpus))) {
      return work.apply(new CloseToBest(retriever));
    }
  }
}

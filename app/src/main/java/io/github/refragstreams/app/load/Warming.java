package io.github.refragstreams.app.load;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.retriever.Factbook;
import io.github.refragstreams.schemas.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Questions one at a time about passages that are not cached, while documents wait for the encoder
 * and while none do, in turn.
 */
final class Warming {
  private final LoadBench bench;
  private final List<Passage> corpus = new ArrayList<>(Factbook.passages());
  private int published;

  private Warming(LoadBench bench) {
    this.bench = bench;
    Collections.shuffle(corpus, new Random(bench.options().seed()));
  }

  static Measured run(LoadBench bench) {
    return new Warming(bench).measure();
  }

  private Measured measure() {
    LoadOptions options = bench.options();
    List<Served> alone = new ArrayList<>();
    List<Served> beside = new ArrayList<>();
    Workload all =
        Workload.factbook(
            options.seed(),
            options.questions() * (2 * options.repetitions() + 1),
            options.passages());
    int size = all.size() / (2 * options.repetitions() + 1);
    try (Deployment deployment = bench.world().deploy(Setup.plain())) {
      for (int i = 0; i <= options.repetitions(); i++) {
        // The first part warms up.
        List<Served> without =
            ask(deployment, all.part(Math.max(0, 2 * i - 1) * size, Math.max(1, 2 * i) * size));
        if (i > 0) {
          alone.addAll(without);
          publish(deployment, options.questions() * options.passages());
          beside.addAll(ask(deployment, all.part(2 * i * size, (2 * i + 1) * size)));
        }
        bench.progress().accept("repetition " + i + " of " + options.repetitions());
      }
      return new Measured(
          "warming",
          List.of(row("no documents", alone), row("documents wait for the encoder", beside)),
          Map.of("documents", published));
    }
  }

  private List<Served> ask(Deployment deployment, Workload part) {
    return new Asking(deployment.client(), part, bench.options().answers())
        .closed(1, part.size())
        .served();
  }

  private void publish(Deployment deployment, int count) {
    for (int i = 0; i < count; i++) {
      Passage passage = corpus.get(published % corpus.size());
      deployment
          .client()
          .publish(
              Document.newBuilder()
                  .setDocumentId("d" + published)
                  // Questions are about the same texts: these are others.
                  .setTitle("Document " + published)
                  .setText(passage.text())
                  .build());
      published++;
    }
    deployment.client().flush();
  }

  private static Map<String, Object> row(String what, List<Served> served) {
    Percentiles encode = Percentiles.of(served, one -> one.answer().getStats().getEncodeMs());
    Percentiles first = Percentiles.of(served, Served::firstTokenMillis);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("while", what);
    row.put("questions", served.size());
    row.put("encode p50 ms", encode.at(50));
    row.put("encode p95 ms", encode.at(95));
    row.put("first token p50 ms", first.at(50));
    row.put("first token p95 ms", first.at(95));
    return row;
  }
}

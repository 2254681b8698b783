package io.github.refragstreams.app.load;

import io.github.refragstreams.app.data.Passage;
import io.github.refragstreams.app.eval.Medians;
import io.github.refragstreams.app.retriever.Factbook;
import io.github.refragstreams.model.Models;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Chunks per second through Kafka and by the encoder alone, in turn, each time other passages; then
 * a stream that is four fifths repetitions.
 */
final class Encoding {
  /** Times that a passage occurs in the stream of repetitions. */
  private static final int REPEATED = 5;

  private Encoding() {}

  static Measured run(LoadBench bench) {
    LoadOptions options = bench.options();
    int count = options.questions() * options.passages();
    Random random = new Random(options.seed());
    List<Passage> corpus = new ArrayList<>(Factbook.passages());
    Collections.shuffle(corpus, random);
    Models models = bench.world().models(0);
    List<Double> alone = new ArrayList<>();
    List<Double> throughKafka = new ArrayList<>();
    try (Deployment deployment = bench.world().deploy(Setup.plain())) {
      for (int i = 0; i <= options.repetitions(); i++) {
        PassageStream stream = new PassageStream(part(corpus, i * count, count));
        double chunks = stream.chunks(models);
        double aloneSeconds = stream.alone(models);
        double kafkaSeconds = stream.throughKafka(deployment);
        if (i > 0) { // the first time warms up
          alone.add(chunks / aloneSeconds);
          throughKafka.add(chunks / kafkaSeconds);
          bench.progress().accept("repetition " + i + " of " + options.repetitions());
        }
      }
      int before = deployment.encodings();
      List<Passage> repeated = new ArrayList<>();
      List<Passage> distinct =
          part(corpus, (options.repetitions() + 1) * count, Math.max(1, count / REPEATED));
      Collections.nCopies(REPEATED, distinct).forEach(repeated::addAll);
      Collections.shuffle(repeated, random);
      var unused = new PassageStream(repeated).throughKafka(deployment);
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("passages of each measurement", count);
      figures.put("stream of repetitions: passages", repeated.size());
      figures.put("stream of repetitions: distinct passages", distinct.size());
      figures.put("stream of repetitions: encodings", deployment.encodings() - before);
      double ratio = median(throughKafka) / median(alone);
      return new Measured(
          "encoding",
          List.of(
              row("encoder alone", median(alone), 1),
              row("through Kafka", median(throughKafka), ratio)),
          figures);
    }
  }

  private static Map<String, Object> row(String path, double chunks, double ratio) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("path", path);
    row.put("chunks/s", chunks);
    row.put("over alone", ratio);
    return row;
  }

  /** Some of the corpus; after its end, it starts anew. */
  private static List<Passage> part(List<Passage> corpus, int first, int count) {
    List<Passage> part = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      part.add(corpus.get((first + i) % corpus.size()));
    }
    return part;
  }

  private static double median(List<Double> values) {
    return Medians.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }
}

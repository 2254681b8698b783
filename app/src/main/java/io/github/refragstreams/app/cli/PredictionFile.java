package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.eval.Prediction;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file with one answer a line, or nothing at all. */
final class PredictionFile implements AutoCloseable {
  private final @Nullable Path file;
  private final @Nullable BufferedWriter writer;

  private PredictionFile(@Nullable Path file, @Nullable BufferedWriter writer) {
    this.file = file;
    this.writer = writer;
  }

  /**
   * @param file null to write nothing
   */
  static PredictionFile open(@Nullable Path file) {
    try {
      return new PredictionFile(file, file == null ? null : Files.newBufferedWriter(file));
    } catch (IOException e) {
      throw Json.notWritable(file, e);
    }
  }

  void write(Prediction prediction) {
    if (file == null || writer == null) {
      return;
    }
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", prediction.id());
    row.put("system", prediction.system().id());
    row.put("prediction", prediction.text());
    row.put("em", prediction.exactMatch());
    row.put("f1", prediction.f1());
    row.put("positions", prediction.positions());
    try {
      writer.write(Json.line(row));
      writer.newLine();
    } catch (IOException e) {
      throw Json.notWritable(file, e);
    }
  }

  @Override
  public void close() {
    if (file != null && writer != null) {
      try {
        writer.close();
      } catch (IOException e) {
        throw Json.notWritable(file, e);
      }
    }
  }
}

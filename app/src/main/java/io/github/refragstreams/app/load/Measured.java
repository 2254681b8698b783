package io.github.refragstreams.app.load;

import io.github.refragstreams.app.text.Table;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a section has measured.
 *
 * @param section its name
 * @param rows values by column, the same columns in each
 * @param figures further values by name
 */
public record Measured(
    String section, List<Map<String, Object>> rows, Map<String, Object> figures) {

  /** For people: a table, then a line for each figure. */
  public String text() {
    StringBuilder text = new StringBuilder();
    if (!rows.isEmpty()) {
      Table table = new Table(rows.get(0).keySet().toArray(String[]::new));
      rows.forEach(
          row -> table.row(row.values().stream().map(Measured::text).toArray(String[]::new)));
      text.append(table);
    }
    figures.forEach(
        (name, value) -> text.append(name).append(": ").append(text(value)).append('\n'));
    return text.toString();
  }

  private static String text(Object value) {
    return value instanceof Double number
        ? String.format(Locale.ROOT, Math.abs(number) < 10 ? "%.2f" : "%.0f", number)
        : value.toString();
  }
}

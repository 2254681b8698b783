package io.github.refragstreams.app.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table in plain text: first column to the left, the others to the right. Cells may hold whatever
 * others wrote.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final int columns;

  public Table(String... header) {
    this.columns = header.length;
    rows.add(header.clone());
  }

  /**
   * @throws IllegalArgumentException when there is not one cell per column
   */
  public Table row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          "row has " + cells.length + " cells; the table has " + columns + " columns");
    }
    rows.add(Arrays.stream(cells).map(Printable::line).toArray(String[]::new));
    return this;
  }

  /** The lines, each ended by a line feed, the header underlined. */
  @Override
  public String toString() {
    int[] widths = new int[columns];
    for (String[] row : rows) {
      Arrays.setAll(widths, i -> Math.max(widths[i], row[i].length()));
    }
    StringBuilder out = new StringBuilder();
    append(out, rows.get(0), widths);
    append(out, Arrays.stream(widths).mapToObj("-"::repeat).toArray(String[]::new), widths);
    rows.subList(1, rows.size()).forEach(row -> append(out, row, widths));
    return out.toString();
  }

  private static void append(StringBuilder out, String[] cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      String padding = " ".repeat(widths[i] - cells[i].length());
      line.append(i == 0 ? cells[i] + padding : GAP + padding + cells[i]);
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }
}

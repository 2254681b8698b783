package io.github.refragstreams.app.retriever;

import io.github.refragstreams.app.data.Passage;
import java.util.List;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;

/**
 * What is indexed of a passage. Reference texts say what they are about outside their prose: in the
 * title ({@code "Mongolia - Government"}: subject, then section) and in labels that open a line
 * ({@code "Capital - name: Ulaanbaatar"}: topic, then detail). Each is searched by itself, because
 * a match there says more than one in running text.
 */
final class PassageFields {
  /** Words of the title before its last separator. */
  static final String SUBJECT = "subject";

  /** Words of the title after it. */
  static final String SECTION = "section";

  /** Words of all labels. */
  static final String LABELS = "labels";

  /** Each label's topic as one term, its stems joined by {@link #JOINT}. */
  static final String TOPIC = "topic";

  /** Words of the text, labels included. */
  static final String TEXT = "text";

  static final String JOINT = " ";

  private static final String SEPARATOR = " - ";
  private static final int LONGEST_LABEL = 100;

  private PassageFields() {}

  static Document document(Passage passage, QuestionAnalyzer stems) {
    Document document = new Document();
    String title = title(passage);
    int cut = title.lastIndexOf(SEPARATOR);
    document.add(words(SUBJECT, subject(passage)));
    document.add(words(SECTION, cut < 0 ? "" : title.substring(cut + SEPARATOR.length())));
    List<String> labels = labels(passage.text());
    document.add(words(LABELS, String.join("\n", labels)));
    labels.stream()
        .map(PassageFields::topic)
        .distinct()
        .map(topic -> String.join(JOINT, stems.words(topic)))
        .forEach(topic -> document.add(new StringField(TOPIC, topic, Field.Store.NO)));
    document.add(words(TEXT, passage.text()));
    return document;
  }

  /** The title before its last separator; empty without title. */
  static String subject(Passage passage) {
    String title = title(passage);
    int cut = title.lastIndexOf(SEPARATOR);
    return cut < 0 ? title : title.substring(0, cut);
  }

  private static String title(Passage passage) {
    return passage.title() == null ? "" : passage.title();
  }

  /** What stands before the first colon of a line, if that is short. */
  static List<String> labels(String text) {
    return text.lines()
        .filter(line -> line.indexOf(": ") > 0 && line.indexOf(": ") <= LONGEST_LABEL)
        .map(line -> line.substring(0, line.indexOf(": ")))
        .toList();
  }

  private static String topic(String label) {
    int cut = label.indexOf(SEPARATOR);
    return cut < 0 ? label : label.substring(0, cut);
  }

  private static Field words(String name, String value) {
    return new TextField(name, value, Field.Store.NO);
  }
}

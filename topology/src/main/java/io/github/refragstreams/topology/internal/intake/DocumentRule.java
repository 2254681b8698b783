package io.github.refragstreams.topology.internal.intake;

import io.github.refragstreams.model.Chunker;
import io.github.refragstreams.schemas.Document;
import io.github.refragstreams.topology.ErrorCode;
import io.github.refragstreams.topology.Limits;
import io.github.refragstreams.topology.internal.record.Incoming;
import io.github.refragstreams.topology.internal.record.Kind;
import io.github.refragstreams.topology.internal.record.Origin;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A document goes on in parts, each a document of its own: what cannot be encoded of it comes back
 * as a record that can be sent again.
 */
public final class DocumentRule implements IntakeRule {
  /** What a part takes beside its text and title, about. */
  private static final int PART_CHARS = 64;

  /** Parts of a document to the longest document, in characters. */
  private static final long MOST_GROWTH = 4;

  private final Limits limits;
  private final Check check;
  private final OwnEvents<Document> own;

  /**
   * @param topic topic of the documents
   */
  public DocumentRule(Limits limits, Serializer<Document> serializer, String topic) {
    this.limits = limits;
    this.check = new Check(limits);
    this.own = new OwnEvents<>(serializer, topic);
  }

  @Override
  public void accept(@Nullable Incoming incoming, Headers headers, Intake.Sender sender) {
    check.headers(headers);
    Document document = check(incoming);
    String title = document.getTitle();
    int room = limits.passageChars() - Chunker.readText(title, "").length();
    List<String> parts = DocumentSplitter.split(document.getText(), room);
    checkSize(document, parts.size());
    for (String part : parts) {
      Document made = Document.newBuilder(document).setText(part).build();
      sender.send(Chunker.readText(title, part), Incoming.of(made, own.bytes(made)), Kind.DOCUMENT);
    }
  }

  @Override
  public void refused(Origin origin, @Nullable SpecificRecord event, Intake.Sender sender) {
    // Nobody waits for a document.
  }

  /** Each part carries the title: many short ones could be a thousand times the document. */
  private void checkSize(Document document, int parts) {
    int title = Chunker.readText(document.getTitle(), "").length();
    long chars = document.getText().length() + (long) parts * (title + PART_CHARS);
    long most = MOST_GROWTH * limits.documentChars();
    Check.that(
        chars <= most,
        ErrorCode.DOCUMENT_TOO_LONG,
        "its "
            + parts
            + " paragraphs take "
            + chars
            + " characters, each with the title; "
            + MOST_GROWTH
            + " times limits.document-chars is "
            + most);
  }

  private Document check(@Nullable Incoming incoming) {
    Document document = Check.event(Document.class, incoming);
    check.id("document_id", document.getDocumentId());
    Check.that(!document.getText().isBlank(), ErrorCode.EMPTY_TEXT, "text is blank");
    int chars = Chunker.readText(document.getTitle(), document.getText()).length();
    Check.that(
        chars <= limits.documentChars(),
        ErrorCode.DOCUMENT_TOO_LONG,
        "title and text have "
            + chars
            + " characters; limits.document-chars is "
            + limits.documentChars());
    int titleChars = chars - document.getText().length();
    Check.that(
        titleChars <= limits.passageChars() / 2,
        ErrorCode.PASSAGE_TOO_LONG,
        "the title takes "
            + titleChars
            + " characters of each passage; limits.passage-chars is "
            + limits.passageChars());
    return document;
  }
}

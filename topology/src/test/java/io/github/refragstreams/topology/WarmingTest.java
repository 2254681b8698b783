package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.model.PassageEncoder.Asker;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.Document;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Documents are encoded ahead of any query, and delay none. */
@Timeout(60)
class WarmingTest {
  /** One passage at a time, two wait at most; one of a document, three wait at most. */
  private final TopologyFixture fixture =
      new TopologyFixture(TopologyFixture.testConfig().withEncode(new EncodeConfig(1, 2, 2, 1, 3)));

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void letsPassagesOfQueriesGoFirst() {
    // Given
    fixture.fakes.encoder().hold();
    fixture.publish(Samples.document("d1"));
    fixture.publish(Samples.document("d2"));
    fixture.publish(Samples.document("d3"));
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.retrieve(Samples.passage("q", "p2"));
    // Then: a place of its own
    assertThat(fixture.fakes.encoder().texts())
        .containsExactly("Title: text of d1", "Title: text of p1");
    // When
    fixture.fakes.encoder().releaseInReverse();
    fixture.tick();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.fakes.encoder().texts())
        .containsExactly(
            "Title: text of d1",
            "Title: text of p1",
            "Title: text of p2",
            "Title: text of d2",
            "Title: text of d3");
  }

  @Test
  void tellsTheEncoderWhenAQueryAsksForWhatADocumentHasSentIt() {
    // Given
    fixture.fakes.encoder().hold();
    fixture.publish(Samples.document("d").setText("same"));
    // When
    fixture.retrieve(Samples.passage("q", "p").setText("same"));
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    // Then
    assertThat(fixture.fakes.encoder().texts()).containsExactly("Title: same");
    assertThat(fixture.fakes.encoder().askers()).containsExactly(Asker.NOBODY, Asker.of("q"));
    // When
    fixture.fakes.encoder().release();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.answers()).hasSize(1);
  }

  @Test
  void doesNotAskAgainForWhatHasJustBeenEncoded() {
    // Given: vectors that the task has not taken back yet
    fixture.fakes.encoder().hold();
    fixture.retrieve(Samples.passage("q", "p").setText("same"));
    fixture.fakes.encoder().releaseOne();
    // When
    fixture.retrieve(Samples.passage("r", "p").setText("same"));
    fixture.ask(Samples.query("q").setExpectedPassages(1));
    fixture.ask(Samples.query("r").setExpectedPassages(1));
    fixture.fakes.encoder().release();
    fixture.tick();
    fixture.tick();
    // Then
    assertThat(fixture.fakes.encoder().texts()).containsExactly("Title: same");
    assertThat(fixture.answers()).hasSize(2);
  }

  @Test
  void takesPassagesOfQueriesHoweverManyDocumentsWait() {
    // Given
    fixture.fakes.encoder().hold();
    for (int i = 0; i < 3; i++) {
      fixture.publish(Samples.document("d" + i));
    }
    // When
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.retrieve(Samples.passage("q", "p2").setRank(1));
    fixture.fakes.encoder().release();
    for (int i = 0; i < 5; i++) {
      fixture.tick();
    }
    // Then
    assertThat(fixture.answers().get(0).getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(fixture.deadLetters()).isEmpty();
  }

  @Test
  void refusesADocumentThatWouldGrowWithoutMeasure() {
    // Given: each paragraph is a passage with the title
    Document.Builder document =
        Samples.document("d").setTitle("t".repeat(7_000)).setText("a\n\n".repeat(1_000));
    // When
    fixture.publish(document);
    // Then
    List<DeadRecord> dead = fixture.deadLetters();
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).code()).isEqualTo(ErrorCode.DOCUMENT_TOO_LONG);
    assertThat(dead.get(0).message())
        .contains("its 1000 paragraphs take", "4 times limits.document-chars is 2000000");
    assertThat(fixture.fakes.encoder().texts()).isEmpty();
  }

  @Test
  void refusesDocumentsBeyondWhatMayWait() {
    // Given
    fixture.fakes.encoder().hold();
    // When
    fixture.publish(Samples.document("d").setText("a\n\nb\n\nc\n\nd"));
    // Then
    List<DeadRecord> dead = fixture.deadLetters();
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).code()).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(dead.get(0).message())
        .contains("3 passages of documents wait; encode.max-pending-documents is 3");
    assertThat(
            fixture
                .serdes
                .document()
                .deserializer()
                .deserialize("rag.documents", dead.get(0).record().value()))
        .isEqualTo(Samples.document("d").setText("d").build());
    // When: there is room again
    fixture.fakes.encoder().release();
    for (int i = 0; i < 3; i++) {
      fixture.tick();
    }
    fixture.publish(Samples.document("d").setText("d"));
    // Then
    assertThat(fixture.deadLetters()).isEmpty();
    assertThat(fixture.fakes.encoder().texts()).hasSize(4);
  }
}

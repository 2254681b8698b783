package io.github.refragstreams.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.schemas.Answer;
import io.github.refragstreams.schemas.AnswerStatus;
import io.github.refragstreams.schemas.AnswerToken;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RagTopologyTest {
  private final TopologyFixture fixture = new TopologyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void answersAQueryWhenAllItsPassagesHaveCome() {
    // Given
    fixture.ask(Samples.query("q").setExpectedPassages(2));
    fixture.retrieve(Samples.passage("q", "p1"));
    fixture.tick();
    fixture.retrieve(Samples.passage("q", "p2").setRank(1));
    // When
    fixture.tick();
    fixture.tick();
    // Then
    Answer answer = fixture.answers().get(0);
    assertThat(answer.getText()).isEqualTo("answer to question of q");
    assertThat(answer.getStatus()).isEqualTo(AnswerStatus.COMPLETE);
    assertThat(answer.getStats().getPassages()).isEqualTo(2);
    assertThat(answer.getCitations()).singleElement().extracting("passageId").isEqualTo("p1");
    assertThat(answer.getModel()).isEqualTo("fake@1");
    assertThat(fixture.tokens().stream().map(AnswerToken::getText).collect(Collectors.joining()))
        .isEqualTo(answer.getText());
    assertThat(fixture.deadLetters()).isEmpty();
  }
}
